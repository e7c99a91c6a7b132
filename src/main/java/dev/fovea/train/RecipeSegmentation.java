package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import dev.fovea.dense.Norm;
import dev.fovea.dense.mask2former.Mask2Former;
import dev.fovea.dense.mask2former.Mask2FormerSpec;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.SinePositions;
import dev.fovea.dense.segment.FcnHead;
import dev.fovea.dense.segment.LinearHead;
import dev.fovea.dense.segment.Mask2FormerHead;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.dense.segment.SemanticFpnHead;
import dev.fovea.dense.segment.UperHead;
import dev.fovea.recipe.LinearBlock;
import dev.fovea.recipe.Mask2FormerBlock;
import dev.fovea.recipe.SegmentHead;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.recipe.SemanticFpnBlock;
import dev.fovea.recipe.UperBlock;
import java.util.List;
import java.util.function.Predicate;

/** Builds the backbone and the head that a segmentation recipe names. */
final class RecipeSegmentation {
    private static final String HEAD = "decode_head.";
    private static final int LEVELS = 3;
    private static final double DICE_EPS = 1;

    private RecipeSegmentation() {}

    static SegmentationModel of(SegmentRecipe recipe, int classes) {
        SegmentHead head = recipe.head();
        if (head instanceof LinearBlock it) {
            return linear(recipe.backbone().build(Use.CLASSIFY_TOKEN), it, classes);
        }
        Backbone backbone = recipe.backbone().build(Use.DENSE);
        if (head instanceof SemanticFpnBlock it) {
            return new SegmentationModel(backbone, semanticFpn(backbone, it, classes));
        } else if (head instanceof Mask2FormerBlock it) {
            return new SegmentationModel(backbone, mask2former(backbone, it, classes));
        }
        return uper(backbone, (UperBlock) head, classes);
    }

    /** Parameters of the whole model that layer-wise decay counts among the stem's. */
    static Predicate<String> countedAsStem(SegmentHead head) {
        return head instanceof Mask2FormerBlock it && it.slowQueries()
                ? name -> name.startsWith(HEAD) && Mask2FormerHead.isOfQueries(name.substring(HEAD.length()))
                : name -> false;
    }

    private static SegmentationModel linear(Backbone backbone, LinearBlock head, int classes) {
        boolean bare = !backbone.parametersByName().containsKey("norm.weight");
        return new SegmentationModel(backbone, new LinearHead(backbone.dim(), classes, head.dropout(), bare));
    }

    private static SegmentationModel uper(Backbone backbone, UperBlock head, int classes) {
        UperHead decode = new UperHead(
                new UperHead.Spec(backbone.widths(), head.channels(), head.poolScales(), classes, head.dropout()));
        if (head.auxiliary().isEmpty()) {
            return new SegmentationModel(backbone, decode);
        }
        UperBlock.Auxiliary it = head.auxiliary().get();
        int width = backbone.widths().get(it.level());
        FcnHead auxiliary =
                new FcnHead(new FcnHead.Spec(width, it.level(), it.channels(), 1, classes, it.dropout(), false, true));
        return new SegmentationModel(backbone, decode, auxiliary, it.weight());
    }

    private static SemanticFpnHead semanticFpn(Backbone backbone, SemanticFpnBlock head, int classes) {
        return new SemanticFpnHead(SemanticFpnHead.Spec.of(
                backbone.widths(), backbone.strides(), head.neckChannels(), head.channels(), classes, head.dropout()));
    }

    private static Mask2FormerHead mask2former(Backbone backbone, Mask2FormerBlock head, int classes) {
        SinePositions positions = SinePositions.ofWidth(head.channels());
        Mask2FormerBlock.Encoder encoder = head.encoder();
        Mask2FormerBlock.Decoder decoder = head.decoder();
        Mask2FormerSpec spec = new Mask2FormerSpec(
                backbone.widths(),
                classes,
                head.channels(),
                head.channels(),
                head.queries(),
                LEVELS,
                new Mask2FormerSpec.Encoder(
                        encoder.layers(), head.heads(), encoder.points(), encoder.hidden(), positions),
                new Mask2FormerSpec.Decoder(decoder.layers(), head.heads(), decoder.hidden(), positions),
                Norm.group(head.groups()),
                false);
        return new Mask2FormerHead(new Mask2Former(spec), new MaskCriterion(criterion(head.loss(), classes)));
    }

    /** Matches are searched by the weights of the losses. */
    private static MaskCriterion.Spec criterion(Mask2FormerBlock.Loss loss, int classes) {
        List<Double> weights =
                MaskCriterion.Spec.of(classes, loss.points(), loss.noObject()).classWeights();
        MaskCriterion.Costs costs = new MaskCriterion.Costs(loss.classes(), loss.masks(), loss.dice(), DICE_EPS);
        return new MaskCriterion.Spec(
                weights, costs, costs, loss.points(), loss.oversample(), loss.importance(), false);
    }
}
