package dev.fovea.dense.segment;

import dev.fovea.dense.mask2former.Mask2Former;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.MaskInference;
import dev.fovea.dense.mask2former.MaskTargets;
import dev.fovea.nn.Losses;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Mask2Former as a segmentation head: trained with one mask for every class in an image (mmseg_custom
 * segmentors/encoder_decoder_mask2former.py), read by adding its masks up class by class.
 */
public record Mask2FormerHead(Mask2Former layer, MaskCriterion criterion) implements SegmentationHead {
    @Override
    public Tensor scores(List<Tensor> maps) {
        return MaskInference.semantic(layer.prediction(maps));
    }

    @Override
    public Losses losses(List<Tensor> maps, Tensor labels) {
        List<MaskTargets> targets = MaskTargets.ofLabelMaps(labels, layer.spec().classes());
        return MaskCriterion.brief(criterion.losses(layer.predictions(maps), targets));
    }

    /** Parameters of the queries and of what reads them, below the head. */
    public static boolean isOfQueries(String parameter) {
        return parameter.matches("(mask_embed|cls_embed|level_embed|query_embed|query_feat)\\..*");
    }
}
