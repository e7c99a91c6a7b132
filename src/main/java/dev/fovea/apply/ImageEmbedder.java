package dev.fovea.apply;

import dev.fovea.backbone.Pooling;
import dev.fovea.data.Image;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Source;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.FeatureExtractor;
import dev.fovea.train.FeatureExtractor.Extracted;
import dev.fovea.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

/** Turns images into feature vectors with the backbone of a model that fovea trained. */
public final class ImageEmbedder {
    private static final int BATCH = 32;
    private static final double WHOLE_SQUARE = 1;

    private final TrainedModel trained;

    public ImageEmbedder(TrainedModel trained) {
        this.trained = trained;
    }

    /** @param run the folder of a run, a checkpoint or a model file */
    public static ImageEmbedder open(Path run) {
        return new ImageEmbedder(TrainedModel.open(run));
    }

    /**
     * Feature vectors, one row for each image that could be decoded.
     *
     * @param names of the images, by row
     * @param values row after row
     * @param dim length of a row
     */
    public record Embedding(List<String> names, float[] values, int dim) {
        public int count() {
            return names.size();
        }
    }

    /** The mean of the patch tokens of the centre crop. */
    public Embedding embed(Source<Image> images) {
        FeatureExtractor extractor = new FeatureExtractor(
                trained.backbone(),
                Pooling.MEAN,
                trained.views().centre(WHOLE_SQUARE),
                LoaderOptions.evaluation(BATCH).withMaxBadShare(1),
                Precision.FP32);
        try (PointerScope scope = new PointerScope()) {
            Extracted extracted = extractor.extractUnlabelled(images);
            float[] values = Tensors.toFloats(extracted.features().values());
            return new Embedding(extracted.names(), values, trained.backbone().dim());
        }
    }
}
