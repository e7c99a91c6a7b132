package dev.fovea.train;

import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.weights.ModelCard;
import dev.fovea.weights.ModelFile;
import dev.fovea.weights.Safetensors;
import dev.fovea.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Weights that fovea wrote: a model file or a checkpoint.
 *
 * @param tensors under the model's names; the averaged ones where there is an average
 */
record SavedWeights(Recipe recipe, List<String> classNames, Map<String, Tensor> tensors) {
    /** Whether a file, or the folder of a run, was written by fovea. */
    static boolean isIn(Path path) {
        if (Files.isDirectory(path)) {
            return true;
        }
        return WeightFile.Kind.of(path) == WeightFile.Kind.SAFETENSORS
                && (Checkpoint.isCheckpoint(path) || ModelCard.isIn(Safetensors.metadata(path)));
    }

    /** Of a run's folder the final model is taken, or the last checkpoint while there is none. */
    static SavedWeights read(Path path) {
        Path file = Files.isDirectory(path) ? fileIn(new RunFolder(path)) : path;
        if (Checkpoint.isCheckpoint(file)) {
            Provenance provenance = Checkpoint.provenanceOf(file);
            return new SavedWeights(
                    recipe(provenance.recipe(), file), provenance.classNames(), Checkpoint.weightsOf(file));
        }
        ModelFile model = ModelFile.read(file);
        Recipe recipe = recipe(model.card().configuration().toString(), file);
        return new SavedWeights(recipe, model.card().classNames(), model.tensors());
    }

    private static Path fileIn(RunFolder folder) {
        for (Path file : List.of(folder.model(), folder.last())) {
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new IllegalArgumentException("%s holds no model: there is neither %s nor %s in it"
                .formatted(
                        folder.path(),
                        folder.path().relativize(folder.model()),
                        folder.path().relativize(folder.last())));
    }

    private static Recipe recipe(String text, Path file) {
        return RecipeReader.parse(text, file.toString(), RecipeReader.Overrides.NONE);
    }
}
