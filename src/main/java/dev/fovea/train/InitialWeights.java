package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Size;
import dev.fovea.data.DataRoot;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.ClassifyRecipe;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.MaeNames;
import dev.fovea.weights.Names;
import dev.fovea.weights.PosEmbedResize;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/** Puts the weights of an earlier run, or of a published file, into a new model, as {@code init.from} says. */
final class InitialWeights {
    private static final String POSITIONS = "backbone.pos_embed";
    private static final String PRETRAINING = "(decoder|stage[12]_output_decode)\\..*";
    private static final String HEADS = "(head|fc_norm|decode_head|auxiliary_head)\\..*";
    private static final String LAST_NORM = "backbone\\.norm\\..*";
    /** What a backbone has for dense prediction only. */
    private static final String DENSE =
            "backbone\\.((pyramid|fpn)\\..*|blocks\\d*\\.\\d+\\.gamma_[12]|.*relative_position_.*)";
    /** Names as they are here and in mmsegmentation; all others are flat, as in the MAE repositories. */
    private static final Pattern NESTED = Pattern.compile("(backbone|decode_head|auxiliary_head)\\..*");

    private InitialWeights() {}

    /** What a file holds under the names used here, and the image size that its positions were made for. */
    private record Found(Map<String, Tensor> tensors, UnaryOperator<String> names, Size imageSize) {}

    /**
     * Loads into a fresh model.
     *
     * @throws IllegalArgumentException with the lists, when something is missing or does not fit that this stage needs
     */
    static LoadReport load(String from, Recipe recipe, Layer model) {
        Path path = DataRoot.expand(from);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("init.from: there is no %s".formatted(path));
        }
        Found found = find(path);
        return rules(recipe)
                .renaming(found.names)
                .adapting(positions(found.imageSize, RecipeModel.backboneOf(model)))
                .reshaping()
                .load(found.tensors, model.state(), path.toString());
    }

    private static Found find(Path path) {
        if (SavedWeights.isIn(path)) {
            SavedWeights saved = SavedWeights.read(path);
            return new Found(
                    saved.tensors(), Names.same(), saved.recipe().backbone().imageSize());
        }
        UnaryOperator<String> flat = name -> NESTED.matcher(name).matches() ? name : MaeNames.ours(name);
        return new Found(
                WeightFile.read(path).tensors(), Names.inOrder(Names.stripped("module."), flat), Size.square(1));
    }

    /** What a stage does without, and what of the stage before it has no use for. */
    private static StateLoader rules(Recipe recipe) {
        if (recipe instanceof PretrainRecipe) {
            return StateLoader.strict();
        } else if (recipe instanceof ClassifyRecipe || recipe instanceof LinearProbeRecipe) {
            return StateLoader.strict().allowingMissing(HEADS).allowingLeft(PRETRAINING, HEADS, LAST_NORM, DENSE);
        }
        return StateLoader.strict().allowingMissing(HEADS, DENSE).allowingLeft(PRETRAINING, HEADS, LAST_NORM, DENSE);
    }

    private static StateLoader.Adapter positions(Size source, Backbone backbone) {
        Size grid = backbone.imageSize().dividedBy(backbone.tokenStride());
        int prefix = backbone.prefixTokens();
        return (name, table, wanted) -> {
            if (!name.equals(POSITIONS) || table.dim() != 3 || table.size(2) != wanted[2]) {
                return null;
            }
            long cells = table.size(1) - prefix;
            int rows = (int) Math.round(Math.sqrt((double) cells * source.height() / source.width()));
            int[] from = {rows, (int) (cells / Math.max(1, rows))};
            if ((long) from[0] * from[1] != cells) {
                return null; // a table without this backbone's class token, for instance: told of as mis-shaped
            }
            return PosEmbedResize.resize(table, prefix, from, new int[] {grid.height(), grid.width()});
        };
    }
}
