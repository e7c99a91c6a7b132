package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import dev.fovea.dense.Norm;
import dev.fovea.dense.mask2former.Mask2FormerSettings;
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
import java.util.function.Predicate;

/** Builds the backbone and the head that a segmentation recipe names. */
final class RecipeSegmentation {
    private static final String HEAD = "decode_head.";

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
            Mask2FormerSettings settings = it.settings();
            return new SegmentationModel(
                    backbone,
                    new Mask2FormerHead(settings.network(backbone.widths(), classes), settings.criterion(classes)));
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
        FcnHead auxiliary = new FcnHead(
                new FcnHead.Spec(width, it.level(), it.channels(), 1, classes, it.dropout(), false, Norm.BATCH));
        return new SegmentationModel(backbone, decode, auxiliary, it.weight());
    }

    private static SemanticFpnHead semanticFpn(Backbone backbone, SemanticFpnBlock head, int classes) {
        return new SemanticFpnHead(SemanticFpnHead.Spec.of(
                backbone.widths(), backbone.strides(), head.neckChannels(), head.channels(), classes, head.dropout()));
    }
}
