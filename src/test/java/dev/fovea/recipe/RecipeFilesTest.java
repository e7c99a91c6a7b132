package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.adapter.VitAdapterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe of the project: it loads, resolves, round-trips, and its smoke form builds a network. */
class RecipeFilesTest {
    private static final RecipeReader.Overrides SMOKE = new RecipeReader.Overrides(true, List.of());

    static List<Path> files() throws IOException {
        try (Stream<Path> own = Files.walk(Path.of("recipes"));
                Stream<Path> shipped = Files.walk(Path.of("src/main/resources/recipes"))) {
            return Stream.concat(own, shipped)
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreRecipes() throws IOException {
        assertThat(files()).hasSizeGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("files")
    void aRecipeAndItsSmokeFormReadBackFromTheirResolvedText(Path file) {
        for (RecipeReader.Overrides overrides : List.of(RecipeReader.Overrides.NONE, SMOKE)) {
            Recipe recipe = RecipeReader.read(file, overrides);
            for (String text : List.of(RecipeWriter.write(recipe), RecipeWriter.writeChosen(recipe))) {
                assertThat(RecipeReader.parse(text, "resolved", RecipeReader.Overrides.NONE))
                        .isEqualTo(recipe);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theSmokeFormNeedsNoFilesAndFewSteps(Path file) {
        Recipe smoke = RecipeReader.read(file, SMOKE);
        assertThat(smoke.data().source()).isInstanceOf(DataSource.Scenes.class);
        assertThat(smoke.init()).isEmpty();
        assertThat(smoke.schedule().length().unit()).isEqualTo(Length.Unit.STEPS);
        assertThat(smoke.schedule().length().amount()).isLessThanOrEqualTo(10);
        assertThat(smoke.run().globalBatch()).isLessThanOrEqualTo(16);
        assertThat(smoke.backbone().imageSize().area()).isLessThanOrEqualTo(64 * 64);
    }

    @ParameterizedTest
    @MethodSource("files")
    void theSmokeFormBuildsItsNetwork(Path file) {
        Recipe smoke = RecipeReader.read(file, SMOKE);
        if (smoke instanceof PretrainRecipe pretrain) {
            assertThat(pretrain.objective().build(pretrain.backbone())).isNotNull();
        } else if (smoke instanceof DetectRecipe detect) {
            assertThat(detect.detector()
                            .build(detect.backbone().build(Use.DENSE), 4)
                            .classes())
                    .isEqualTo(4);
        } else if (smoke instanceof PanopticRecipe panoptic) {
            assertThat(panoptic.detector()
                            .build(panoptic.backbone().build(Use.DENSE), 4)
                            .findsMasks())
                    .isTrue();
        } else if (smoke instanceof SegmentRecipe segment) {
            assertThat(segment.backbone().build(Use.DENSE).widths()).hasSize(4);
        } else {
            assertThat(smoke.backbone().build(Use.PROBE).dim()).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theHeaderSaysWhatItIsHowToRunItAndWhatToExpect(Path file) throws IOException {
        String header = Files.readAllLines(file).stream()
                .takeWhile(line -> line.startsWith("#"))
                .collect(Collectors.joining("\n"));
        assertThat(header).contains("# Command:  ./fovea ", "# Hardware: ");
        if (file.startsWith("recipes")) {
            assertThat(header).contains("# Expected: ").contains(file.toString());
        }
    }

    /** From scratch is never what such a recipe means. */
    @ParameterizedTest
    @MethodSource("files")
    void aRecipeOfAPublishedFileWithoutAnInitHasItInItsCommand(Path file) throws IOException {
        String text = Files.readString(file);
        if (text.contains("# Published: from") && RecipeReader.read(file).init().isEmpty()) {
            assertThat(text.lines().filter(line -> line.startsWith("# Command: ")))
                    .allMatch(line -> line.contains("init") && line.contains("FILE"));
        }
    }

    @Test
    void namesAreUniqueAndSayWhereTheRecipeLies() throws IOException {
        Map<String, Long> counts = files().stream()
                .collect(Collectors.groupingBy(file -> RecipeReader.read(file).name(), Collectors.counting()));
        assertThat(counts)
                .allSatisfy((name, count) -> assertThat(count).as(name).isOne());
        for (Path file : files()) {
            String folder = file.getParent().getFileName().toString();
            String base = file.getFileName().toString().replace(".yaml", "");
            assertThat(RecipeReader.read(file).name()).isEqualTo(folder + "_" + base);
        }
    }

    @Test
    void aRecipeStartsFromThePretrainedNetworkOfAnotherRecipe() throws IOException {
        Map<String, Recipe> byRun = files().stream()
                .map(RecipeReader::read)
                .collect(Collectors.toMap(recipe -> "runs/" + recipe.name(), Function.identity()));
        int checked = 0;
        for (Recipe recipe : byRun.values()) {
            if (recipe.init().isPresent()) {
                Recipe source = byRun.get(recipe.init().get().from());
                assertThat(source).as(recipe.name()).isInstanceOf(PretrainRecipe.class);
                BackboneSpec later = asIn(recipe.backbone(), source.backbone());
                assertThat(later)
                        .as(recipe.name())
                        .usingRecursiveComparison()
                        .ignoringFields("taps", "layerScale")
                        .isEqualTo(source.backbone().withDropPath(0));
                assertThat(scaled(later)).as(recipe.name()).isEqualTo(scaled(source.backbone()));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(15);
    }

    /** Where scales start does not matter to weights that bring their own. */
    private static boolean scaled(BackboneSpec spec) {
        return spec instanceof BeitSpec beit && beit.layerScale() > 0
                || spec instanceof VitSpec vit && vit.layerScale() > 0;
    }

    /**
     * A later stage may have another image size and stochastic depth, BEiT's shared table copied to each block, or an
     * adapter, which gives a plain vit layer scales.
     */
    private static BackboneSpec asIn(BackboneSpec later, BackboneSpec pretraining) {
        if (later instanceof VitAdapterSpec it) {
            return asIn(it.vit() instanceof VitSpec vit ? vit.withLayerScale(0) : it.vit(), pretraining);
        }
        BackboneSpec alike = later.withDropPath(0).withImageSize(pretraining.imageSize());
        if (alike instanceof HiVitSpec it) {
            return asIn(it, (HiVitSpec) pretraining);
        }
        if (alike instanceof ConvVitSpec it) {
            return asIn(it, (ConvVitSpec) pretraining);
        }
        return alike instanceof BeitSpec it
                ? it.withRelativePosition(((BeitSpec) pretraining).relativePosition())
                : alike;
    }

    /** Detection has a form of its own, without layer scales. */
    private static ConvVitSpec asIn(ConvVitSpec later, ConvVitSpec pretraining) {
        return new ConvVitSpec(
                later.imageSize(),
                later.patchSizes(),
                later.dims(),
                later.depths(),
                later.heads(),
                later.mlpRatios(),
                later.kernelSize(),
                later.dropPath(),
                pretraining.layerScale(),
                later.relativePosition(),
                later.qkvBias(),
                later.absolutePosition(),
                later.normEps(),
                pretraining.convNormEps(),
                pretraining.dense());
    }

    /** iTPN adds relative positions later, keeps positions for the old grid, and has more or nothing of the neck. */
    private static HiVitSpec asIn(HiVitSpec later, HiVitSpec pretraining) {
        return new HiVitSpec(
                later.imageSize(),
                later.patchSize(),
                later.dim(),
                later.depths(),
                later.heads(),
                later.stemMlpRatio(),
                later.mlpRatio(),
                later.dropPath(),
                later.layerScale(),
                later.posEmbed(),
                pretraining.positionGrid(),
                pretraining.relativePosition(),
                later.design(),
                pretraining.neck(),
                later.qkvBias(),
                later.stemNorm(),
                later.normEps(),
                pretraining.dense());
    }

    @Test
    void theProgramFindsTheRecipesItComesWith() {
        for (String name : List.of("/recipes/demo/pretrain.yaml", "/recipes/demo/segment.yaml")) {
            assertThat(RecipeReader.resource(name, SMOKE).name()).startsWith("demo_");
        }
    }
}
