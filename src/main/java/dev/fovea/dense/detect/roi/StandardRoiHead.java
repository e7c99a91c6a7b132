package dev.fovea.dense.detect.roi;

import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Mask R-CNN's second stage (He et al. 2017; mmdet roi_heads/standard_roi_head.py): class, box and mask of each proposal.
 */
public final class StandardRoiHead extends RoiHead {
    /**
     * The settings.
     *
     * @param mask null = boxes alone
     */
    public record Spec(
            RegionSource source, BoxHeadSpec box, MaskHeadSpec mask, RegionTraining training, RegionUse use) {
        public Spec {
            if (mask != null && mask.classes() != box.classes()) {
                throw new IllegalArgumentException("a head for boxes of %d classes does not fit one for masks of %d"
                        .formatted(box.classes(), mask.classes()));
            }
        }
    }

    private final Spec spec;
    private final BoxHead boxHead;
    private final MaskHead maskHead;

    public StandardRoiHead(Spec spec) {
        this.spec = spec;
        boxHead = child("bbox_head", new BoxHead(spec.box()));
        maskHead = spec.mask() == null ? null : child("mask_head", new MaskHead(spec.mask()));
    }

    @Override
    public Map<String, Tensor> losses(List<Tensor> maps, List<Tensor> proposals, List<GroundTruth> truths) {
        RegionFeatures features = spec.source().of(maps);
        List<Sample> samples = spec.training().sample(proposals, truths);
        Regions regions = Regions.of(samples.stream().map(Sample::boxes).toList());
        BoxHead.Output output = boxHead.output(spec.source().boxes().cut(features, regions));
        BoxTargets targets =
                BoxTargets.of(spec.box(), samples, truths, spec.training().positiveWeight());
        mark("stage0.", regions, output, targets);
        BoxHead.Loss loss = boxHead.loss(output, regions.boxes(), targets);
        Map<String, Tensor> losses = new LinkedHashMap<>();
        losses.put("loss_cls", loss.scores());
        losses.put("acc", loss.accuracy());
        losses.put("loss_bbox", loss.boxes());
        if (maskHead != null) {
            Tensor logits = maskHead.forward(spec.source().masks().cut(features, positives(samples)));
            losses.put(
                    "loss_mask",
                    maskLoss(maskHead, logits, samples, truths, spec.training().maskSide(), "stage0."));
        }
        return losses;
    }

    @Override
    public Look look(List<Tensor> maps, List<Tensor> proposals, List<ImageSize> sizes) {
        RegionFeatures features = spec.source().of(maps);
        Regions regions = Regions.of(proposals);
        BoxHead.Output output = boxHead.output(spec.source().boxes().cut(features, regions));
        List<Candidates> found = boxHead.candidates(regions, output.scores().softmax(1), output.deltas(), sizes);
        return new Look(found, maskHead == null ? null : (r, labels) -> masks(features, r, labels));
    }

    private Tensor masks(RegionFeatures features, Regions regions, Tensor labels) {
        Tensor logits = maskHead.forward(spec.source().masks().cut(features, regions));
        return maskHead.own(logits, labels).sigmoid();
    }

    @Override
    public RegionUse use() {
        return spec.use();
    }

    @Override
    public int classes() {
        return spec.box().classes();
    }

    @Override
    public boolean findsMasks() {
        return maskHead != null;
    }
}
