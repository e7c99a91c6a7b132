package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Padding;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.ImageView;
import dev.fovea.dense.detect.SeesViews;
import dev.fovea.eval.coco.Detection;
import dev.fovea.recipe.DetectInference;
import dev.fovea.recipe.PaddingBlock;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Finds objects in an image as a recipe's inference block says; the model must be in evaluation mode. */
public final class ObjectFinder {
    private static final List<Double> ANY_SIZE = List.of(0.0, Double.MAX_VALUE);

    private final Detector model;
    private final DetectInference settings;
    private final Padded padded;
    private final JoinedViews join;

    public ObjectFinder(Detector model, DetectInference settings, PaddingBlock padding) {
        this.model = model;
        this.settings = settings;
        padded = new Padded(padding);
        join = new JoinedViews(settings.join(), settings.most());
        if (joinsScores() && !(model instanceof SeesViews)) {
            throw new IllegalArgumentException("inference.joined is scored, which only detectors of two stages can:"
                    + " mask-rcnn, cascade-mask-rcnn, htc");
        }
    }

    private boolean joinsScores() {
        return settings.hasViews() && settings.joined() == DetectInference.Joined.SCORED;
    }

    /** To which sizes its images are padded. */
    public Padding padding() {
        return padded.padding();
    }

    /**
     * What is in an image, best first, in its own pixels.
     *
     * @param scales the image at each scale of the recipe
     * @param original the size of the image's file
     */
    public List<Detection> find(List<TestBatch.Scale> scales, Size original) {
        List<ImageView> views = views(scales, original);
        if (!settings.hasViews()) {
            return look(views.get(0));
        }
        if (joinsScores()) {
            return detections(((SeesViews) model).detect(views, settings.join(), settings.most()));
        }
        List<Detection> all = new ArrayList<>();
        for (ImageView view : views) {
            look(view).stream()
                    .map(each -> view.flipped() ? mirrored(each, original.width()) : each)
                    .filter(each -> isTaken(view, each.box()))
                    .forEach(all::add);
        }
        return join.of(all);
    }

    private List<ImageView> views(List<TestBatch.Scale> scales, Size original) {
        List<ImageView> views = new ArrayList<>();
        for (int i = 0; i < scales.size(); i++) {
            TestBatch.Scale scale = scales.get(i);
            List<Double> range =
                    settings.sizes().isEmpty() ? ANY_SIZE : settings.sizes().get(i);
            ImageSize size = size(scale, original);
            views.add(new ImageView(scale.image(), size, false, range.get(0), range.get(1)));
            if (settings.flip()) {
                views.add(new ImageView(flipped(scale).image(), size, true, range.get(0), range.get(1)));
            }
        }
        return views;
    }

    private ImageSize size(TestBatch.Scale scale, Size original) {
        Size content = new Size(scale.height(), scale.width());
        return new ImageSize(content, padded.of(content), original);
    }

    private static boolean isTaken(ImageView view, BoundingBox box) {
        double size = Math.sqrt(box.area());
        return !(size < view.least() || size > view.greatest());
    }

    private List<Detection> look(ImageView view) {
        return detections(model.detect(view.image(), List.of(view.size())).get(0));
    }

    private static List<Detection> detections(DetectionResult result) {
        float[] boxes = Tensors.toFloats(result.boxes()), scores = Tensors.toFloats(result.scores());
        long[] labels = Tensors.toLongs(result.labels());
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            float left = boxes[4 * i], top = boxes[4 * i + 1];
            BoundingBox box = new BoundingBox(
                    left, top, Math.max(0, boxes[4 * i + 2] - left), Math.max(0, boxes[4 * i + 3] - top));
            Rle mask = result.masks() == null ? null : result.masks().get(i);
            found.add(new Detection((int) labels[i], scores[i], box, mask));
        }
        return found;
    }

    /** The mirror image; padding stays at the right. */
    private static TestBatch.Scale flipped(TestBatch.Scale scale) {
        Tensor image = scale.image().clone();
        Tensor content = scale.image().narrow(3, 0, scale.width());
        image.narrow(3, 0, scale.width()).copy_(content.flip(3));
        return new TestBatch.Scale(image, scale.height(), scale.width());
    }

    private static Detection mirrored(Detection found, int width) {
        BoundingBox box = found.box();
        BoundingBox back = new BoundingBox(width - box.x() - box.width(), box.y(), box.width(), box.height());
        Rle mask = found.mask() == null ? null : found.mask().flipped();
        return new Detection(found.label(), found.score(), back, mask);
    }
}
