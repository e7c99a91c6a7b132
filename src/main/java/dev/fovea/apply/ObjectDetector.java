package dev.fovea.apply;

import dev.fovea.backbone.Size;
import dev.fovea.data.Image;
import dev.fovea.data.augment.DetectEval;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.dense.detect.Detector;
import dev.fovea.eval.coco.Detection;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.train.ObjectFinder;
import dev.fovea.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

/** Finds the objects in an image with a detector that fovea trained: boxes, classes, scores and, where it has them, masks. */
public final class ObjectDetector {
    private final TrainedModel trained;
    private final DetectEval view;
    private final ObjectFinder finder;

    public ObjectDetector(TrainedModel trained) {
        this.trained = trained;
        if (!(trained.recipe() instanceof DetectRecipe recipe)) {
            throw new IllegalArgumentException(
                    "the run %s trained no detector".formatted(trained.recipe().name()));
        }
        view = trained.views().detectEval(recipe.inference());
        finder = new ObjectFinder((Detector) trained.model(), recipe.inference(), recipe.padding());
    }

    /** @param run the folder of a run, a checkpoint or a model file */
    public static ObjectDetector open(Path run) {
        return new ObjectDetector(TrainedModel.open(run));
    }

    public List<String> classNames() {
        return trained.classNames();
    }

    /** What is in an image, best first, in its own pixels; {@link #classNames} has the names of the labels. */
    public List<Detection> detect(Image image) {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad();
                Precision.Scope cast = trained.precision().open()) {
            List<TestBatch.Scale> scales = view.of(image).stream()
                    .map(each -> TestBatch.Scale.of(each, finder.padding()))
                    .toList();
            return finder.find(scales, new Size(image.height(), image.width()));
        }
    }
}
