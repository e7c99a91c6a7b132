package dev.fovea.train;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.data.DataRoot;
import dev.fovea.nn.Layer;
import dev.fovea.pretrain.itpn.ItpnClipSpec;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.recipe.InitBlock;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.weights.BeitNames;
import dev.fovea.weights.ItpnNames;
import dev.fovea.weights.KnownSource;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.LocaCheckpoint;
import dev.fovea.weights.LocaCheckpoint.Network;
import dev.fovea.weights.LocaNames;
import dev.fovea.weights.MaeNames;
import dev.fovea.weights.Names;
import dev.fovea.weights.PatchKernelResize;
import dev.fovea.weights.PosEmbedResize;
import dev.fovea.weights.RelativePositionResize;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/** Puts the weights of an earlier run, or of a published file, into a new model, as {@code init.from} says. */
final class InitialWeights {
    private static final String TEACHER = "teacher.";
    private static final String POSITIONS = "backbone.pos_embed";
    private static final String KERNEL = "backbone.patch_embed.proj.weight";
    private static final String HEADS =
            "things|(head|fc_norm|decode_head|auxiliary_head|extra_attention|neck|rpn_head|roi_head|bbox_head|panoptic_head)"
                    + "\\..*";
    /** What LOCA has for its clusters. */
    private static final String CLUSTERING = "(projection|teacher)\\..*";
    /** Of how often a codebook's entries are used; published files have no such counts. */
    private static final String COUNTS = "quantize\\.usage\\.(counts|idle)";

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
    static LoadReport load(InitBlock init, Recipe recipe, Layer model) {
        Path path = DataRoot.expand(init.from());
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("init.from: there is no %s".formatted(path));
        }
        Found found = find(path, init.network().orElse(Network.STUDENT), model);
        Map<String, Tensor> state = model.state();
        requireParts(init, state);
        int[] grid = grid(recipe.backbone());
        UnaryOperator<String> names = Names.inOrder(found.names, Names.without(fresh(init)));
        return rules(recipe)
                .renaming(names)
                .allowingMissing(fresh(init))
                .adapting(positions(
                        found.grid, grid, RecipeModel.backboneOf(model).prefixTokens()))
                .adapting(RelativePositionResize.onLoad(recipe.backbone().tableResize(), found.grid, grid))
                .adapting(PatchKernelResize.onLoad(KERNEL))
                .reshaping()
                .load(BeitNames.withTablesOf(state.keySet(), found.tensors, names), state, path.toString());
    }

    private static void requireParts(InitBlock init, Map<String, Tensor> state) {
        for (String part : init.fresh()) {
            if (state.keySet().stream().noneMatch(name -> name.equals(part) || name.startsWith(part + "."))) {
                throw new IllegalArgumentException("init.fresh: the model has no part '%s'".formatted(part));
            }
        }
    }

    /** The names below the parts that start anew. */
    private static String fresh(InitBlock init) {
        return init.fresh().stream()
                .map(part -> Pattern.quote(part) + "(\\..*)?")
                .collect(Collectors.joining("|"));
    }

    private static Found find(Path path, Network network, Layer model) {
        if (SavedWeights.isIn(path)) {
            SavedWeights saved = SavedWeights.read(path);
            return new Found(
                    of(network, saved.tensors(), path),
                    Names.same(),
                    grid(saved.recipe().backbone()));
        }
        Map<String, Tensor> tensors = WeightFile.read(path).tensors();
        if (LocaNames.areIn(tensors)) {
            return loca(tensors, network, model);
        }
        Optional<KnownSource> source = KnownSource.of(tensors.keySet());
        if (source.equals(Optional.of(KnownSource.DINOV2_GATED))) {
            throw new IllegalArgumentException(
                    ("init.from: %s is DINOv2's giant: its blocks have gated feed-forward parts (mlp.w12, mlp.w3),"
                                    + " which a plain vit here has not; its small, base and large fit")
                            .formatted(path));
        }
        UnaryOperator<String> rules = source.map(KnownSource::names).orElse(MaeNames::ours);
        UnaryOperator<String> flat = name -> NESTED.matcher(name).matches() ? name : rules.apply(name);
        return new Found(
                of(network, tensors, path),
                Names.inOrder(Names.stripped("module."), Names.stripped("backbone."), flat),
                null);
    }

    private static int[] grid(BackboneSpec spec) {
        return spec.imageSize().dividedBy(spec.tokenStride()).sides();
    }

    /** A teacher's tensors stand beside the student's, with {@value TEACHER} in front. */
    private static Map<String, Tensor> of(Network network, Map<String, Tensor> tensors, Path path) {
        if (network == Network.STUDENT) {
            return tensors;
        }
        Map<String, Tensor> teacher = new LinkedHashMap<>();
        tensors.forEach((name, x) -> {
            if (name.startsWith(TEACHER)) {
                teacher.put(name.substring(TEACHER.length()), x);
            }
        });
        if (teacher.isEmpty()) {
            throw new IllegalArgumentException("init.network: %s holds no teacher".formatted(path));
        }
        return teacher;
    }

    /** A Flax checkpoint of LOCA, as it is or converted. */
    private static Found loca(Map<String, Tensor> tensors, Network network, Layer model) {
        Map<String, Tensor> current = LocaCheckpoint.networkFor(tensors, network, model.state());
        long[] grid = LocaNames.grid(current);
        return new Found(LocaNames.ours(current), Names.same(), new int[] {(int) grid[0], (int) grid[1]});
    }

    /** What a stage does without, and what of the stage before it has no use for. */
    private static StateLoader rules(Recipe recipe) {
        if (recipe instanceof PretrainRecipe pretrain) {
            StateLoader rules = StateLoader.strict().allowingMissing("teacher\\..*", COUNTS);
            if (pretrain.objective() instanceof ItpnClipSpec) {
                rules = rules.allowingLeft(ItpnNames.EARLY_TABLES);
            }
            boolean locates = pretrain.objective() instanceof LocaSpec loca
                    && loca.clusters().isEmpty();
            return locates ? rules.allowingLeft(CLUSTERING) : rules;
        }
        String dense = "backbone\\.(%s)".formatted(recipe.backbone().denseOnly());
        String later = "backbone\\.(%s)".formatted(recipe.backbone().addedLater());
        StateLoader rules = StateLoader.strict().allowingMissing(HEADS, later).allowingLeft(OUTSIDE, LAST_NORM, dense);
        boolean maps =
                recipe instanceof SegmentRecipe || recipe instanceof DetectRecipe || recipe instanceof PanopticRecipe;
        return maps ? rules.allowingMissing(dense) : rules;
    }

    /** @param from {@code {rows, columns}}; null = square */
    private static StateLoader.Adapter positions(int[] from, int[] to, int prefix) {
        return (name, table, wanted) -> {
            if (!name.equals(POSITIONS) || table.dim() != 3 || table.size(2) != wanted[2]) {
                return null;
            }
            if (from == null && table.size(1) == wanted[1]) {
                return table; // a file that does not tell its grid has the model's
            }
            int cells = (int) table.size(1) - prefix, side = (int) Math.round(Math.sqrt(cells));
            int[] grid = from == null || from[0] * from[1] != cells ? new int[] {side, side} : from;
            // A table without this backbone's class token, for instance, is told of as mis-shaped.
            return grid[0] * grid[1] == cells
                    ? PosEmbedResize.resize(table, prefix, grid, wantedGrid(to, (int) wanted[1] - prefix))
                    : null;
        };
    }

    /** The image's grid, or that of a table that is kept for another one. */
    private static int[] wantedGrid(int[] ofImage, int cells) {
        int side = (int) Math.round(Math.sqrt(cells));
        return ofImage[0] * ofImage[1] == cells ? ofImage : new int[] {side, side};
    }
}
