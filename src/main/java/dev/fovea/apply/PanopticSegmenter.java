package dev.fovea.apply;

import dev.fovea.backbone.Size;
import dev.fovea.data.Image;
import dev.fovea.data.augment.DetectEval;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.dense.detect.query.Mask2FormerDetector;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.train.SegmentFinder;
import dev.fovea.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

/** Cuts images into segments of things and stuff, with a model that fovea trained ({@code stage: panoptic}). */
public final class PanopticSegmenter {
    private final TrainedModel trained;
    private final Mask2FormerDetector model;
    private final DetectEval view;
    private final SegmentFinder finder;

    public PanopticSegmenter(TrainedModel trained) {
        this.trained = trained;
        if (!(trained.recipe() instanceof PanopticRecipe recipe)) {
            throw new IllegalArgumentException("the run %s trained no panoptic segmentation"
                    .formatted(trained.recipe().name()));
        }
        model = (Mask2FormerDetector) trained.model();
        view = trained.views().panopticEval(recipe.inference());
        finder = new SegmentFinder(model, recipe.inference(), recipe.padding());
    }

    /** @param run the folder of a run, a checkpoint or a model file */
    public static PanopticSegmenter open(Path run) {
        return new PanopticSegmenter(TrainedModel.open(run));
    }

    public List<String> classNames() {
        return trained.classNames();
    }

    /** For each class, whether it has single objects. */
    public boolean[] things() {
        return model.things();
    }

    /** The segment of every pixel of an image, and their classes; {@link #classNames} has the names of the labels. */
    public Panoptic cut(Image image) {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad();
                Precision.Scope cast = trained.precision().open()) {
            TestBatch.Scale seen = TestBatch.Scale.of(view.of(image).get(0), finder.padding());
            return finder.cut(seen, new Size(image.height(), image.width()));
        }
    }
}
