package dev.fovea.pretrain.loca;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Check;
import dev.fovea.nn.Gelu;
import dev.fovea.optim.Schedule;
import dev.fovea.pretrain.Objective;
import java.util.List;
import java.util.Optional;

/**
 * The LOCA objective and its ablations (Caron et al. 2022, section 4).
 *
 * @param pairing what is located in what
 * @param localisation how a place is told
 * @param maskRatio share of the reference's patches that queries do not get to see, eta in the paper
 * @param selection which ones they do see
 * @param queryTokens patches kept of the first group's queries, which must be as large as the reference then; 0 = all
 * @param queryPositions whether queries know where in their own view a patch lies (the reference always does)
 * @param heads of the cross-attention
 * @param mlpRatio of the cross-attention's block
 * @param positionWeight of the localisation loss; 0 = off
 * @param clusters the prediction of patch clusters; empty = off, and then there is no teacher
 * @param momentum share of the teacher that a step leaves in place
 * @param lastMomentum what it becomes by half a cosine over the run
 * @param gelu how the heads compute their activation
 */
public record LocaSpec(
        Pairing pairing,
        Localisation localisation,
        double maskRatio,
        LocaDraw.Selection selection,
        int queryTokens,
        boolean queryPositions,
        int heads,
        double mlpRatio,
        double positionWeight,
        Optional<ClusterSpec> clusters,
        double momentum,
        double lastMomentum,
        Gelu gelu)
        implements Objective {
    /** The released configuration cuts off a fifth of the patches written as such: 1 - 0.8 is a little less. */
    private static final double ROUNDING = 1e-9;

    /** What is located in what. */
    public enum Pairing {
        /** The patches of query views in a reference view. */
        QUERY,
        /** The patches of a view in that view, positions unknown (Zhai et al. 2022). */
        SINGLE
    }

    /** How a place is told. */
    public enum Localisation {
        /** Each patch of a query chooses among the patches of the reference. */
        PATCH,
        /** Each query names the box of what it shows of the reference. */
        BOX
    }

    public LocaSpec {
        Check.that(maskRatio >= 0 && maskRatio < 1, "maskRatio %s is not in [0, 1)", maskRatio);
        Check.that(queryTokens >= 0, "queryTokens %s is below 0", queryTokens);
        Check.that(heads >= 1, "heads %s is below 1", heads);
        Check.mlpRatio(mlpRatio);
        Check.that(positionWeight >= 0, "positionWeight %s is below 0", positionWeight);
        Check.that(
                positionWeight > 0 || clusters.isPresent(),
                "positionWeight %s and no clusters leave nothing to learn",
                positionWeight);
        Check.that(momentum >= 0 && momentum <= 1, "momentum %s is not in [0, 1]", momentum);
        Check.that(lastMomentum >= 0 && lastMomentum <= 1, "lastMomentum %s is not in [0, 1]", lastMomentum);
        boolean single = pairing == Pairing.SINGLE;
        Check.that(
                !single || clusters.isEmpty(), "clusters need a second view, which the pairing single does not have");
        Check.that(
                !single || localisation == Localisation.PATCH,
                "localisation box needs a second view, which the pairing single does not have");
    }

    /** Patches of the reference that queries look at. */
    int visible(int patches) {
        return Math.max(1, (int) (patches * (1 - maskRatio) + ROUNDING));
    }

    /** The share of the teacher that a step, counted from 0, leaves in place. */
    public double momentumAt(long step, long steps) {
        return new Schedule.InclusiveCosine(momentum, lastMomentum, Math.toIntExact(steps), 0, 0).at(step);
    }

    @Override
    public boolean comparesViews() {
        return true;
    }

    /** The pairing {@link Pairing#SINGLE} has no queries, the other one needs some. */
    @Override
    public void requireViews(BackboneSpec backbone, List<Integer> queries) {
        int dim = backbone.dim(), side = backbone.imageSize().width();
        Check.that(dim % heads == 0, "objective.heads: the backbone's dim %s is not divisible by heads %s", dim, heads);
        if (pairing == Pairing.SINGLE) {
            Check.that(
                    queries.isEmpty(),
                    "augment.queries: views of sides %s are not looked at with objective.pairing single; it needs []",
                    queries);
            return;
        }
        Check.that(!queries.isEmpty(), "augment.queries is empty: there are no views to locate in the reference");
        Check.that(
                queryTokens == 0 || queries.get(0) == side,
                "objective.queryTokens %s needs a first kind of queries as large as the reference, %s; its size is %s",
                queryTokens,
                side,
                queries.get(0));
    }

    @Override
    public LocaModel build(BackboneSpec backbone) {
        return new LocaModel(this, backbone);
    }
}
