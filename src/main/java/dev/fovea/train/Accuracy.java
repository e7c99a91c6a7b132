package dev.fovea.train;

import dev.fovea.classify.ClassificationLoss;
import dev.fovea.data.BatchStream;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.LabelledBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.eval.TopK;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Loss and accuracy of a classifier on labelled images. */
final class Accuracy {
    static final Goal GOAL = new Goal("acc1", true);
    private static final int MANY_CLASSES = 5;

    private final Loader<LabelledBatch> batches;
    private final Precision precision;
    private final boolean topFive;

    Accuracy(Source<Labelled<Image>> source, int classes, SampleTransform<Image, FloatImage> view, Recipe recipe) {
        batches = Loader.of(
                source,
                Labelled.lift(view),
                LabelledBatch::collate,
                RecipeLoader.evaluation(recipe, recipe.run().micro()));
        precision = RecipePlan.precision(recipe.run().precision());
        topFive = classes > MANY_CLASSES;
    }

    /** @param model {@code [B, 3, H, W] -> [B, K]}, in evaluation mode */
    Map<String, Double> of(UnaryOperator<Tensor> model) {
        TopK top = topFive ? new TopK(1, MANY_CLASSES) : new TopK(1);
        double loss = 0;
        try (BatchStream<LabelledBatch> stream = batches.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        NoGrad off = new NoGrad();
                        Precision.Scope cast = precision.open()) {
                    LabelledBatch batch = stream.next();
                    Tensor logits = model.apply(batch.images()).to(ScalarType.Float);
                    top.add(logits, batch.labels());
                    loss += batch.size() * Tensors.item(ClassificationLoss.smoothed(logits, batch.labels(), 0));
                }
            }
        }
        Map<String, Double> scores = new LinkedHashMap<>(top.values());
        scores.put("loss", loss / top.samples());
        return scores;
    }
}
