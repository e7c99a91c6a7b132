package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Pooling;
import dev.fovea.data.BatchStream;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.LabelledBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.eval.Features;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Frozen features of whole data sets: images in the source's order, each seen once. The backbone is used as it is: put it
 * in evaluation mode first.
 *
 * @param view from pixels to what the backbone sees; it draws nothing
 */
public record FeatureExtractor(
        Backbone backbone,
        Pooling pooling,
        SampleTransform<Image, FloatImage> view,
        LoaderOptions options,
        Precision precision) {
    /**
     * As a recipe loads images, but in fp32, so that features do not depend on the processor more than they must.
     *
     * @param batch images at a time
     */
    public static FeatureExtractor of(
            Backbone backbone, Pooling pooling, SampleTransform<Image, FloatImage> view, Recipe recipe, int batch) {
        return new FeatureExtractor(backbone, pooling, view, RecipeLoader.evaluation(recipe, batch), Precision.FP32);
    }

    /** The features of the files that could be read, and their names. */
    public record Extracted(Features features, List<String> names) {}

    /** {@code N} images to {@code [N, D]} and labels {@code [N]}, which are -1 where there are none. */
    public Extracted extract(Source<Labelled<Image>> source) {
        Loader<LabelledBatch> loader = Loader.of(source, Labelled.lift(view), LabelledBatch::collate, options);
        Tensor values = Tensors.zeros(source.size(), backbone.dim());
        long[] labels = new long[source.size()];
        List<String> names = new ArrayList<>();
        try (BatchStream<LabelledBatch> batches = loader.epoch(0)) {
            while (batches.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        NoGrad off = new NoGrad();
                        Precision.Scope cast = precision.open()) {
                    LabelledBatch batch = batches.next();
                    Tensor features = backbone.pooled(batch.images(), pooling).to(ScalarType.Float);
                    values.narrow(0, names.size(), batch.size()).copy_(features);
                    System.arraycopy(Tensors.toLongs(batch.labels()), 0, labels, names.size(), batch.size());
                    names.addAll(batch.names());
                }
            }
        }
        int read = names.size();
        Tensor kept = Tensors.of(Arrays.copyOf(labels, read), read);
        return new Extracted(new Features(values.narrow(0, 0, read), kept), names);
    }

    /** Images without labels. */
    public Extracted extractUnlabelled(Source<Image> source) {
        return extract(source.map(image -> new Labelled<>(image, Source.NO_LABEL)));
    }
}
