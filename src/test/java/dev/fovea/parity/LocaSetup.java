package dev.fovea.parity;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.VitSpec;
import dev.fovea.nn.Gelu;
import dev.fovea.pretrain.loca.ClusterSpec;
import dev.fovea.pretrain.loca.LocaDraw.Selection;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What LOCA's configurations and recorded draws mean here. */
final class LocaSetup {
    /** Fixed in the reference's code. */
    private static final int SINKHORN_ROUNDS = 3;

    private LocaSetup() {}

    static VitSpec vit(Config model) {
        int[] sides = model.in("patches").intsAt("size");
        int patch = sides[0];
        if (sides[1] != patch) {
            throw new AssertionError("patches of %d x %d have no counterpart".formatted(patch, sides[1]));
        }
        int[] grid = model.intsAt("posembs");
        int dim = model.intAt("hidden_size");
        return new VitSpec(
                new Size(grid[0] * patch, grid[1] * patch),
                patch,
                dim,
                model.intAt("num_layers"),
                model.intAt("num_heads"),
                mlpRatio(model),
                model.doubleAt("stochastic_depth", 0),
                false,
                PosEmbed.LEARNED,
                List.of(),
                Gelu.TANH,
                true,
                0);
    }

    /** @param training holds what is no size of the network; the recorded draws take the place of its numbers of tokens */
    static LocaSpec spec(Config model, Config training) {
        boolean clusters = training.boolAt("apply_cluster_loss");
        Config momentum = training.has("momentum_rate") ? training.in("momentum_rate") : null;
        double first = momentum == null ? 1 : momentum.doubleAt("base_learning_rate");
        return new LocaSpec(
                LocaSpec.Pairing.QUERY,
                LocaSpec.Localisation.PATCH,
                0,
                selection(training),
                0,
                clusters,
                model.intAt("num_heads"),
                mlpRatio(model),
                1,
                clusters ? Optional.of(head(model, training)) : Optional.empty(),
                first,
                momentum == null ? 1 : Math.min(1, first * momentum.doubleAt("alpha")),
                Gelu.TANH);
    }

    /** Sizes that a configuration leaves away are those of vit.py. */
    private static ClusterSpec head(Config model, Config training) {
        return new ClusterSpec(
                model.intAt("head_hidden_dim", 2048),
                model.intAt("head_bottleneck_dim", 256),
                model.intAt("head_output_dim", 1024),
                model.doubleAt("temperature", 1),
                training.doubleAt("sharpening", 1),
                SINKHORN_ROUNDS,
                1,
                1);
    }

    /** Rounded up, so that times the width it is never a little less than the number of hidden units. */
    private static double mlpRatio(Config model) {
        return Math.nextUp(model.doubleAt("mlp_dim") / model.intAt("hidden_size"));
    }

    static Selection selection(Config config) {
        return Selection.valueOf(config.textAt("reference_seqlen_selection").toUpperCase(Locale.ROOT));
    }

    /** The patches of the reference that a recorded draw keeps. */
    static Tensor kept(Case given, String prefix, Selection selection, long count, long patches) {
        if (count >= patches) {
            return Tensors.range(0, patches);
        }
        return switch (selection) {
            case FIRST -> Tensors.range(0, count);
            case UNSTRUCTURED -> given.input(prefix + "reference_permutation").narrow(0, 0, count);
            case CONSECUTIVE -> {
                long offset = (long) Tensors.item(given.input(prefix + "reference_offset"));
                yield Tensors.range(offset, offset + count);
            }
        };
    }

    /** The patches of a query that a recorded order keeps; all of them in order where that is no fewer, without a draw. */
    static Tensor keptOfQuery(Case given, String permutation, long count, long patches) {
        return count >= patches
                ? Tensors.range(0, patches)
                : given.input(permutation).narrow(-1, 0, count);
    }

    /** A recorded decision to keep a branch as the uniform number that leads to it. */
    static Tensor keep(Case given, String name) {
        return given.input(name).to(ScalarType.Float);
    }

    static Tensor nchw(Tensor nhwc) {
        return nhwc.permute(0, 3, 1, 2).contiguous();
    }
}
