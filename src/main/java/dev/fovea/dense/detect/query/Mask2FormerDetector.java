package dev.fovea.dense.detect.query;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Size;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Rle;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.mask2former.ImagePixels;
import dev.fovea.dense.mask2former.Mask2Former;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.MaskInference;
import dev.fovea.dense.mask2former.MaskInstances;
import dev.fovea.dense.mask2former.MaskPrediction;
import dev.fovea.dense.mask2former.MaskTargets;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Mask2Former as a detector (mmdet detectors/mask2former.py), children {@code backbone} and {@code panoptic_head}: every query
 * gives one mask, and the box of an object is that of its mask. Trained on segments of things and stuff it also cuts whole
 * images into them; which classes are things is a buffer, {@code things}, and goes with the weights.
 */
public final class Mask2FormerDetector extends Detector {
    private final Mask2Former head;
    private final MaskCriterion criterion;
    private final int most;
    private final Tensor things;

    /** @param most objects of an image */
    public Mask2FormerDetector(Backbone backbone, Mask2Former head, MaskCriterion criterion, int most) {
        super(backbone);
        this.head = child("panoptic_head", head);
        this.criterion = criterion;
        this.most = most;
        things = buffer("things", torch.ones(new long[] {classes()}, Tensors.options(ScalarType.Byte)));
    }

    /** Says of each class whether it has single objects; until then all have. */
    public void setThings(boolean[] flags) {
        if (flags.length != classes()) {
            throw new IllegalArgumentException("%d flags for %d classes".formatted(flags.length, classes()));
        }
        byte[] values = new byte[flags.length];
        for (int i = 0; i < flags.length; i++) {
            values[i] = (byte) (flags[i] ? 1 : 0);
        }
        things.copy_(Tensors.of(values, values.length));
    }

    /** For each class, whether it has single objects. */
    public boolean[] things() {
        byte[] values = Tensors.toBytes(things);
        boolean[] flags = new boolean[values.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = values[i] != 0;
        }
        return flags;
    }

    @Override
    public int classes() {
        return head.spec().classes();
    }

    @Override
    public boolean findsMasks() {
        return true;
    }

    private List<Tensor> maps(Tensor images) {
        return backbone().pyramid(images).maps();
    }

    @Override
    public Losses losses(Tensor images, List<GroundTruth> truths) {
        requireOnePerImage(images, truths, "ground truths");
        List<MaskTargets> targets = truths.stream()
                .map(truth -> new MaskTargets(
                        truth.labels().to(images.device(), truth.labels().scalar_type()),
                        truth.masks().to(images.device(), truth.masks().scalar_type())))
                .toList();
        return MaskCriterion.brief(criterion.losses(head.predictions(maps(images)), targets));
    }

    @Override
    public List<DetectionResult> detect(Tensor images, List<ImageSize> sizes) {
        requireOnePerImage(images, sizes, "sizes");
        MaskPrediction prediction = head.prediction(maps(images));
        return Stopwatch.time("results", () -> IntStream.range(0, sizes.size())
                .mapToObj(i -> result(prediction, i, pixels(images, sizes.get(i))))
                .toList());
    }

    /** Each image of a batch cut into segments; call it without gradients and in evaluation mode. */
    public List<Panoptic> segments(Tensor images, List<ImageSize> sizes, MaskInference.PanopticRule rule) {
        requireOnePerImage(images, sizes, "sizes");
        MaskPrediction prediction = head.prediction(maps(images));
        boolean[] flags = things();
        return IntStream.range(0, sizes.size())
                .mapToObj(i -> MaskInference.panoptic(prediction, i, pixels(images, sizes.get(i)), flags, rule))
                .toList();
    }

    private static ImagePixels pixels(Tensor images, ImageSize size) {
        Size input = new Size((int) images.size(2), (int) images.size(3));
        return new ImagePixels(input, size.content(), size.original());
    }

    private DetectionResult result(MaskPrediction prediction, int image, ImagePixels pixels) {
        MaskInstances found = MaskInference.instances(prediction, image, pixels, things(), most);
        Size size = pixels.original();
        List<Rle> masks = new ArrayList<>();
        List<Long> kept = new ArrayList<>();
        for (long i : Tensors.toLongs(found.scores().argsort(0, true))) {
            byte[] inside = Tensors.toBytes(found.masks().select(0, i));
            Rle mask = Rle.encode(size.height(), size.width(), inside);
            if (mask.area() > 0) {
                kept.add(i);
                masks.add(mask);
            }
        }
        Tensor chosen = Tensors.of(kept.stream().mapToLong(i -> i).toArray(), kept.size())
                .to(found.labels().device(), ScalarType.Long);
        return new DetectionResult(
                boxes(masks),
                found.scores().index_select(0, chosen),
                found.labels().index_select(0, chosen),
                masks);
    }

    /** Around the outermost pixels of each mask. */
    private static Tensor boxes(List<Rle> masks) {
        float[] sides = new float[4 * masks.size()];
        for (int i = 0; i < masks.size(); i++) {
            BoundingBox box = masks.get(i).box();
            sides[4 * i] = (float) box.x();
            sides[4 * i + 1] = (float) box.y();
            sides[4 * i + 2] = (float) (box.x() + box.width());
            sides[4 * i + 3] = (float) (box.y() + box.height());
        }
        return Tensors.of(sides, masks.size(), 4);
    }
}
