package dev.fovea.apply;

import dev.fovea.backbone.Size;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.augment.SegmentEval;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.train.Segmenter;
import dev.fovea.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Gives every pixel of an image a class, with a segmentation model that fovea trained; by sliding windows, in the image's size. */
public final class ImageSegmenter {
    private final TrainedModel trained;
    private final SegmentEval view;
    private final Segmenter segmenter;

    public ImageSegmenter(TrainedModel trained) {
        this.trained = trained;
        if (!(trained.recipe() instanceof SegmentRecipe recipe)) {
            throw new IllegalArgumentException("the run %s trained no segmentation"
                    .formatted(trained.recipe().name()));
        }
        view = trained.views().segmentEval(recipe);
        segmenter = new Segmenter((SegmentationModel) trained.model(), recipe);
    }

    /** @param run the folder of a run, a checkpoint or a model file */
    public static ImageSegmenter open(Path run) {
        return new ImageSegmenter(TrainedModel.open(run));
    }

    public List<String> classNames() {
        return trained.classNames();
    }

    /** The class number of every pixel; {@link #classNames} has their names. */
    public LabelMap segment(Image image) {
        List<FloatImage> seen = view.of(image);
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad();
                Precision.Scope cast = trained.precision().open()) {
            List<Tensor> scales = seen.stream().map(FloatImage::alone).toList();
            Tensor classes = segmenter.classes(scales, new Size(image.height(), image.width())); // [1, H, W]
            return Pixels.labels(classes.select(0, 0));
        }
    }
}
