package dev.fovea.train;

import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.tensor.NoGrad;
import dev.fovea.weights.StateLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;

/** Measures a trained model as its own stage does, on other data or with other inference settings where asked for. */
public final class Evaluation {
    private Evaluation() {}

    /**
     * The scores of a run on its validation images.
     *
     * @param path a run's folder, a checkpoint or a model file
     * @param overrides changes of its recipe, such as {@code inference.flip=true}; the network must stay the same
     */
    public static Map<String, Double> of(Path path, RecipeReader.Overrides overrides) throws IOException {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad()) {
            SavedWeights saved = SavedWeights.read(path);
            Recipe recipe = RecipeReader.parse(RecipeWriter.write(saved.recipe()), path.toString(), overrides);
            Task<?> task = Runs.task(recipe);
            StateLoader.strict().load(saved.tensors(), task.model().state(), path.toString());
            task.model().eval();
            return task.evaluate();
        }
    }
}
