package dev.fovea.train;

import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Threads;
import dev.fovea.train.RecipeData.Split;
import dev.fovea.weights.StateLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;

/** Measures a trained model as its own stage does, on other data or with other inference settings where asked for. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * The scores of a run on its validation images; NaN where these cannot tell.
     *
     * @param path a run's folder, a checkpoint or a model file
     * @param overrides changes of its recipe, such as {@code inference.flip=true}; the network must stay the same
     * @param say is told in a line what of the data cannot be used, if there is any such
     */
    public static Map<String, Double> of(Path path, RecipeReader.Overrides overrides, Consumer<String> say)
            throws IOException {
        return look(path, overrides, task -> {
            Map<String, Double> scores = task.evaluateInFull();
            BadAnnotations bad = task.leftOut(Split.VAL);
            if (!bad.isEmpty()) {
                say.accept("left out of what is measured, because they cannot be used: " + bad.told());
            }
            return scores;
        });
    }

    /** What a segmentation knows of what is in an image and of where it is: {@code eval.Decomposition}. */
    public static Map<String, Double> decomposed(Path path, RecipeReader.Overrides overrides) throws IOException {
        return look(path, overrides, task -> {
            if (task instanceof SegmentTask segment) {
                return segment.decompose();
            }
            throw new IllegalArgumentException(
                    "%s is a run of stage %s; only segmentations are taken apart".formatted(path, task.name()));
        });
    }

    /** Measures a task that has the weights. */
    private interface Look {
        Map<String, Double> at(Task<?> task) throws IOException;
    }

    private static Map<String, Double> look(Path path, RecipeReader.Overrides overrides, Look look) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad()) {
            SavedWeights saved = SavedWeights.read(path);
            Recipe recipe = RecipeReader.parse(RecipeWriter.write(saved.recipe()), path.toString(), overrides);
            try (Threads threads = Runs.threads(recipe)) {
                Task<?> task = Runs.task(recipe);
                requireSameClasses(saved.classNames(), task.classNames());
                StateLoader.strict().load(saved.tensors(), task.model().state(), path.toString());
                task.model().eval();
                return look.at(task);
            }
        }
    }

    /** Classes in another order would give a score that looks plausible. Where one side has numbers alone there is no telling. */
    private static void requireSameClasses(List<String> ofModel, List<String> ofData) {
        boolean named = ofModel.size() == ofData.size() && !areNumbers(ofModel) && !areNumbers(ofData);
        for (int k = 0; named && k < ofModel.size(); k++) {
            if (!ofModel.get(k).equals(ofData.get(k))) {
                throw new IllegalArgumentException("class %d is '%s' for the model and '%s' in the data; all must agree"
                        .formatted(k, ofModel.get(k), ofData.get(k)));
            }
        }
    }

    private static boolean areNumbers(List<String> names) {
        return names.stream().allMatch(name -> name.matches("\\d+"));
    }
}
