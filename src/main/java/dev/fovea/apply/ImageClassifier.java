package dev.fovea.apply;

import dev.fovea.data.BatchStream;
import dev.fovea.data.Image;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Source;
import dev.fovea.recipe.ClassifyRecipe;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.TrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Tells the classes of images with a classifier or a linear probe that fovea trained. */
public final class ImageClassifier {
    private static final int BATCH = 16;

    private final TrainedModel trained;
    private final double evalCrop;

    public ImageClassifier(TrainedModel trained) {
        this.trained = trained;
        if (trained.recipe() instanceof ClassifyRecipe it) {
            evalCrop = it.augment().evalCrop();
        } else if (trained.recipe() instanceof LinearProbeRecipe it) {
            evalCrop = it.augment().evalCrop();
        } else {
            throw new IllegalArgumentException("the run %s trained no classifier"
                    .formatted(trained.recipe().name()));
        }
    }

    /** @param run the folder of a run, a checkpoint or a model file */
    public static ImageClassifier open(Path run) {
        return new ImageClassifier(TrainedModel.open(run));
    }

    /** A class and how probable it is. */
    public record ClassScore(String className, double probability) {}

    /** An image and its most probable classes, best first. */
    public record Prediction(String image, List<ClassScore> classes) {}

    /** Files that cannot be decoded are left out, and told of in the log. */
    public List<Prediction> predict(Source<Image> images, int most) {
        LoaderOptions options = LoaderOptions.evaluation(BATCH).withMaxBadShare(1);
        Loader<ImageBatch> loader = Loader.of(images, trained.views().centre(evalCrop), ImageBatch::collate, options);
        List<Prediction> predictions = new ArrayList<>();
        try (BatchStream<ImageBatch> batches = loader.epoch(0)) {
            while (batches.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        NoGrad off = new NoGrad();
                        Precision.Scope cast = trained.precision().open()) {
                    ImageBatch batch = batches.next();
                    Tensor logits = trained.model().forward(batch.images()).to(ScalarType.Float);
                    float[] probabilities = Tensors.toFloats(logits.softmax(1)); // [B, K]
                    for (int i = 0; i < batch.size(); i++) {
                        predictions.add(new Prediction(batch.names().get(i), best(probabilities, i, most)));
                    }
                }
            }
        }
        return predictions;
    }

    private List<ClassScore> best(float[] probabilities, int row, int most) {
        int classes = trained.classNames().size();
        return IntStream.range(0, classes)
                .mapToObj(k -> new ClassScore(trained.classNames().get(k), probabilities[row * classes + k]))
                .sorted(Comparator.comparingDouble(ClassScore::probability).reversed())
                .limit(most)
                .toList();
    }
}
