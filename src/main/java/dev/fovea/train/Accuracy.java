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
import dev.fovea.eval.ConfusionMatrix;
import dev.fovea.eval.TopK;
import dev.fovea.recipe.Recipe;
import dev.fovea.report.ConfusionSheet;
import dev.fovea.report.Pictures;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Loss and accuracy of a classifier on labelled images. */
final class Accuracy {
    static final Goal GOAL = new Goal("acc1", true);
    private static final int MANY_CLASSES = 5;
    /** Of more, nobody can tell one from another in a picture. */
    private static final int MOST_PICTURED = 200;

    private final Loader<LabelledBatch> batches;
    private final Precision precision;
    private final List<String> classNames;
    private ConfusionMatrix counted;

    Accuracy(
            Source<Labelled<Image>> source,
            List<String> classNames,
            SampleTransform<Image, FloatImage> view,
            Recipe recipe) {
        batches = Loader.of(
                source,
                Labelled.lift(view),
                LabelledBatch::collate,
                RecipeLoader.evaluation(recipe, recipe.run().micro()));
        precision = RecipePlan.precision(recipe.run().precision());
        this.classNames = List.copyOf(classNames);
    }

    /** @param model {@code [B, 3, H, W] -> [B, K]}, in evaluation mode */
    Map<String, Double> of(UnaryOperator<Tensor> model) {
        TopK top = classNames.size() > MANY_CLASSES ? new TopK(1, MANY_CLASSES) : new TopK(1);
        boolean pictured = classNames.size() <= MOST_PICTURED;
        ConfusionMatrix confusion = pictured ? new ConfusionMatrix(classNames.size()) : null;
        double loss = 0;
        try (BatchStream<LabelledBatch> stream = batches.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        NoGrad off = new NoGrad();
                        Precision.Scope cast = precision.open()) {
                    LabelledBatch batch = stream.next();
                    Tensor logits = model.apply(batch.images()).to(ScalarType.Float);
                    top.add(logits, batch.labels());
                    if (pictured) {
                        confusion.add(logits.argmax(new LongOptional(1), false), batch.labels());
                    }
                    loss += batch.size() * Tensors.item(ClassificationLoss.smoothed(logits, batch.labels(), 0));
                }
            }
        }
        counted = confusion;
        Map<String, Double> scores = new LinkedHashMap<>(top.values());
        scores.put("loss", loss / top.samples());
        return scores;
    }

    /** What the evaluation before this confused, once: a step that was not measured has no picture. */
    List<Path> picture(Pictures pictures, long step) throws IOException {
        if (counted == null) {
            return List.of();
        }
        BufferedImage sheet = ConfusionSheet.draw(counted.counts(), classNames);
        counted = null;
        return List.of(pictures.write("confusion", step, sheet, "validation images after step " + step));
    }
}
