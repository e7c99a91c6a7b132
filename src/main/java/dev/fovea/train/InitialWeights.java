package dev.fovea.train;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Size;
import dev.fovea.data.DataRoot;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.weights.BeitNames;
import dev.fovea.weights.KnownSource;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.MaeNames;
import dev.fovea.weights.Names;
import dev.fovea.weights.PosEmbedResize;
import dev.fovea.weights.RelativePositionResize;
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
    private static final String HEADS = "(head|fc_norm|decode_head|auxiliary_head)\\..*";
    private static final String OUTSIDE = "(?!backbone\\.).*";
    private static final String LAST_NORM = "backbone\\.norm\\..*";
    /** Names as they are here and in mmsegmentation; all others are flat. */
    private static final Pattern NESTED = Pattern.compile("(decode_head|auxiliary_head)\\..*");

    private InitialWeights() {}

    /**
     * What a file holds.
     *
     * @param names from the file's names to those here
     * @param grid of the tokens that its positions were made for; null = square
     */
    private record Found(Map<String, Tensor> tensors, UnaryOperator<String> names, int[] grid) {}

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
        Map<String, Tensor> state = model.state();
        int[] grid = grid(recipe.backbone());
        return rules(recipe)
                .renaming(found.names)
                .adapting(positions(
                        found.grid, grid, RecipeModel.backboneOf(model).prefixTokens()))
                .adapting(RelativePositionResize.onLoad(found.grid, grid))
                .reshaping()
                .load(BeitNames.withTablesOf(state.keySet(), found.tensors, found.names), state, path.toString());
    }

    private static Found find(Path path) {
        if (SavedWeights.isIn(path)) {
            SavedWeights saved = SavedWeights.read(path);
            return new Found(saved.tensors(), Names.same(), grid(saved.recipe().backbone()));
        }
        Map<String, Tensor> tensors = WeightFile.read(path).tensors();
        UnaryOperator<String> rules =
                KnownSource.of(tensors.keySet()).map(KnownSource::names).orElse(MaeNames::ours);
        UnaryOperator<String> flat = name -> NESTED.matcher(name).matches() ? name : rules.apply(name);
        return new Found(tensors, Names.inOrder(Names.stripped("module."), Names.stripped("backbone."), flat), null);
    }

    private static int[] grid(BackboneSpec spec) {
        Size grid = spec.imageSize().dividedBy(spec.tokenStride());
        return new int[] {grid.height(), grid.width()};
    }

    /** What a stage does without, and what of the stage before it has no use for. */
    private static StateLoader rules(Recipe recipe) {
        if (recipe instanceof PretrainRecipe) {
            return StateLoader.strict();
        }
        String dense = "backbone\\.(%s)".formatted(recipe.backbone().denseOnly());
        StateLoader rules = StateLoader.strict().allowingMissing(HEADS).allowingLeft(OUTSIDE, LAST_NORM, dense);
        return recipe instanceof SegmentRecipe ? rules.allowingMissing(dense) : rules;
    }

    /** @param from {@code {rows, columns}}; null = square */
    private static StateLoader.Adapter positions(int[] from, int[] to, int prefix) {
        return (name, table, wanted) -> {
            if (!name.equals(POSITIONS) || table.dim() != 3 || table.size(2) != wanted[2]) {
                return null;
            }
            int cells = (int) table.size(1) - prefix, side = (int) Math.round(Math.sqrt(cells));
            int[] grid = from == null ? new int[] {side, side} : from;
            // A table without this backbone's class token, for instance, is told of as mis-shaped.
            return grid[0] * grid[1] == cells ? PosEmbedResize.resize(table, prefix, grid, to) : null;
        };
    }
}
