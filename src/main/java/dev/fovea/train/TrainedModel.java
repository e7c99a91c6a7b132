package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.Precision;
import dev.fovea.weights.Names;
import dev.fovea.weights.StateLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that fovea trained, ready for use: in evaluation mode, with what is needed to feed it and to read its answers.
 *
 * @param classNames in the order of the outputs; empty for pre-trained models
 */
public record TrainedModel(Recipe recipe, List<String> classNames, Layer model) {
    /** @param path a run's folder, a checkpoint or a model file */
    public static TrainedModel open(Path path) {
        SavedWeights saved = SavedWeights.read(path);
        boolean whole =
                !(saved.recipe() instanceof PretrainRecipe it) || it.objective().standsAlone();
        Layer model = whole ? whole(saved, path) : backbone(saved, path);
        model.eval();
        return new TrainedModel(saved.recipe(), saved.classNames(), model);
    }

    private static Layer whole(SavedWeights saved, Path path) {
        Layer model = RecipeModel.build(saved.recipe(), saved.classNames().size());
        StateLoader.strict().load(saved.tensors(), model.state(), path.toString());
        return model;
    }

    /** What was trained towards another network's answers is used without that network: its backbone alone. */
    private static Layer backbone(SavedWeights saved, Path path) {
        Backbone backbone = saved.recipe().backbone().build(Use.PROBE);
        StateLoader.strict()
                .renaming(Names.below("backbone."))
                .allowingLeft(".*")
                .load(saved.tensors(), backbone.state(), path.toString());
        return backbone;
    }

    public Backbone backbone() {
        return RecipeModel.backboneOf(model);
    }

    /** What the recipe says that it computes in. */
    public Precision precision() {
        return RecipePlan.precision(recipe.run().precision());
    }

    /** How images are brought to the model. */
    public RecipeViews views() {
        return new RecipeViews(recipe.backbone().imageSize(), recipe.data());
    }
}
