package dev.fovea.dense.detect.roi;

import dev.fovea.data.instance.Rle;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** From proposals to objects: the second stage of a detector. */
public abstract class RoiHead extends Layer {
    /**
     * The losses of a batch by the reference's names; accuracies, which are no losses, among them.
     *
     * @param proposals boxes of each image, {@code [R, 4]}, without gradients
     */
    public abstract Map<String, Tensor> losses(List<Tensor> maps, List<Tensor> proposals, List<GroundTruth> truths);

    /**
     * What may be an object in each image of a batch, before anything is suppressed.
     *
     * @param masks of any boxes in these images; null = boxes alone
     */
    public record Look(List<Candidates> images, Masks masks) {}

    public abstract Look look(List<Tensor> maps, List<Tensor> proposals, List<ImageSize> sizes);

    /** How scored regions become results. */
    public abstract RegionUse use();

    public final List<DetectionResult> detect(List<Tensor> maps, List<Tensor> proposals, List<ImageSize> sizes) {
        Look look = look(maps, proposals, sizes);
        List<ScoredBoxes> found =
                look.images.stream().map(image -> image.thinned(use().nms())).toList();
        return results(found, sizes, use(), look.masks);
    }

    public abstract int classes();

    public abstract boolean findsMasks();

    /** Masks of regions, whatever makes them. */
    public interface Masks {
        /** Probabilities of the label's mask, {@code [R, m, m]}. */
        Tensor of(Regions regions, Tensor labels);
    }

    /** @param masks null = boxes alone */
    private static List<DetectionResult> results(
            List<ScoredBoxes> found, List<ImageSize> sizes, RegionUse use, Masks masks) {
        List<DetectionResult> results = new ArrayList<>();
        List<List<Rle>> pasted = masks == null ? null : pasted(found, sizes, use, masks);
        for (int i = 0; i < found.size(); i++) {
            ScoredBoxes image = found.get(i);
            results.add(new DetectionResult(
                    image.boxes(), image.scores(), image.labels(), pasted == null ? null : pasted.get(i)));
        }
        return results;
    }

    private static List<List<Rle>> pasted(List<ScoredBoxes> found, List<ImageSize> sizes, RegionUse use, Masks masks) {
        List<Tensor> boxes = new ArrayList<>(), labels = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Tensor original = found.get(i).boxes();
            boxes.add(sizes.get(i).fromOriginal(original));
            labels.add(found.get(i).labels());
        }
        Regions regions = Regions.of(boxes);
        List<Tensor> probabilities = regions.split(masks.of(regions, Tensors.cat(0, labels)));
        List<List<Rle>> pasted = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            Tensor original = sizes.get(i).toOriginal(boxes.get(i));
            pasted.add(
                    new MaskPaste(sizes.get(i).original(), use.maskThreshold()).paste(probabilities.get(i), original));
        }
        return pasted;
    }

    /** The regions of objects, which are those that masks are trained on. */
    static Regions positives(List<Sample> samples) {
        return Regions.of(samples.stream().map(Sample::positiveBoxes).toList());
    }

    /** The loss of one head's masks on {@link #positives}. */
    static Tensor maskLoss(
            MaskHead head, Tensor logits, List<Sample> samples, List<GroundTruth> truths, int side, String place) {
        List<Tensor> targets = new ArrayList<>(), labels = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            GroundTruth truth = truths.get(i);
            require(truth.masks() != null, "image %d of the batch has no masks to train on", i);
            targets.add(MaskTargets.of(truth.masks(), sample.positiveBoxes(), sample.truths(), side));
            labels.add(truth.labels().index_select(0, sample.truths()));
        }
        Tensor wanted = Tap.mark(place + "mask_targets", Tensors.cat(0, targets));
        Tensor classes = Tap.mark(place + "mask_labels", Tensors.cat(0, labels));
        return head.loss(Tap.mark(place + "mask_pred", logits), wanted, classes);
    }

    static void mark(String place, Regions regions, BoxHead.Output output, BoxTargets targets) {
        Tap.mark(place + "rois", regions.rows());
        Tap.mark(place + "cls_score", output.scores());
        Tap.mark(place + "bbox_pred", output.deltas());
        Tap.mark(place + "target.labels", targets.labels());
        Tap.mark(place + "target.label_weights", targets.labelWeights());
        Tap.mark(place + "target.bbox_targets", targets.boxes());
        Tap.mark(place + "target.bbox_weights", targets.boxWeights());
    }
}
