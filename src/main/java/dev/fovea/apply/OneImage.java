package dev.fovea.apply;

import dev.fovea.data.ImageBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** An image file as a model sees it: its middle square in the size of the recipe, normalised. */
final class OneImage {
    private static final double WHOLE_SQUARE = 1;

    private OneImage() {}

    /** {@code [1, 3, H, W]}. */
    static Tensor read(TrainedModel trained, Path image) {
        LoaderOptions options = LoaderOptions.evaluation(1);
        var view = trained.views().centre(WHOLE_SQUARE);
        var loader = Loader.of(new ImagePaths(List.of(image)), view, ImageBatch::collate, options);
        try (var batches = loader.epoch(0)) {
            return batches.next().images();
        }
    }
}
