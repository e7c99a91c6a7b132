package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.source.SegmentationSet;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.optim.KeyRule;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.mae.MaeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeReaderTest {
    private static final String PLAIN =
            """
            stage: pretrain
            name: plain
            data:
              source: {kind: imagefolder, path: somewhere}
            augment:
              crop: {type: resized, scale: [0.2, 1]}
            backbone: {type: vit, preset: base}
            objective: {type: mae}
            optimizer: {type: adamw, baseLr: 1.5e-4, betas: [0.9, 0.95]}
            schedule: {type: cosine, length: 40 epochs, warmup: 4 epochs}
            run: {globalBatch: 4096, microBatch: 64}
            smoke:
              backbone: {preset: tiny, depth: 2, imageSize: 32, taps: [0, 0, 1, 1]}
              schedule: {length: 4 steps, warmup: 1 step}
              data: {source: {kind: scenes, train: 8, val: 4}}
            """;

    @TempDir
    Path folder;

    @Test
    void whatIsLeftOutHasTheDocumentedDefaults() {
        PretrainRecipe recipe = (PretrainRecipe) read(PLAIN);
        assertThat(recipe.backbone())
                .isEqualTo(new VitSpec(
                        Size.square(224), 16, 768, 12, 12, 4, 0, true, PosEmbed.SINCOS, List.of(2, 5, 8, 11)));
        assertThat(recipe.objective())
                .isEqualTo(new MaeSpec(0.75, new PixelDecoder.Spec(512, 8, 16, 4), true, PixelLoss.MSE));
        assertThat(recipe.data().source()).isEqualTo(new DataSource.ImageFolder("somewhere", "train", "val"));
        assertThat(recipe.data().maxBadShare()).isEqualTo(0.01);
        assertThat(((PretrainAugment) recipe.augment()).flip()).isEqualTo(0.5);
        assertThat(recipe.init()).isEmpty();
        assertThat(recipe.run().precision()).isEqualTo(PrecisionChoice.AUTO);
        assertThat(recipe.run().accumulation()).isEqualTo(64);
        assertThat(recipe.run().checkpointEvery()).isEqualTo(Length.ofEpochs(1));
        assertThat(recipe.optimizer().peakLr(4096)).isEqualTo(2.4e-3);
    }

    @Test
    void whatIsWrittenReadsBackAsAnEqualRecord() {
        for (boolean smoke : new boolean[] {false, true}) {
            Recipe recipe = read(PLAIN, smoke);
            String text = RecipeWriter.write(recipe);
            assertThat(text).doesNotContain("smoke", "extends", "preset");
            assertThat(read(text)).isEqualTo(recipe);
        }
    }

    @Test
    void theSmokeBlockIsLaidOverTheRecipe() {
        Recipe recipe = read(PLAIN, true);
        assertThat(recipe.backbone().imageSize()).isEqualTo(Size.square(32));
        assertThat(((VitSpec) recipe.backbone()).dim()).isEqualTo(192);
        assertThat(recipe.data().source()).isEqualTo(new DataSource.Scenes(8, 4, 64, 0));
        assertThat(recipe.schedule().length()).isEqualTo(Length.ofSteps(4));
    }

    @Test
    void anOverrideIsLaidOverEverythingElse() {
        PretrainRecipe recipe = (PretrainRecipe) read(
                PLAIN,
                true,
                "backbone.depth=3",
                "backbone={type: convvit, preset: base, imageSize: 64x32, depths: [2, 2, 11]}",
                "backbone.depths.2=5",
                "run.ema=0.999",
                "init.from=runs/a",
                "augment.jitter={brightness: 0.4, contrast: 0.4, saturation: 0.4}",
                "optimizer.clip=3",
                "optimizer.eps=1e-7",
                "name=another=name");
        ConvVitSpec backbone = (ConvVitSpec) recipe.backbone();
        assertThat(backbone.depths()).containsExactly(2, 2, 5);
        assertThat(backbone.imageSize()).isEqualTo(new Size(64, 32));
        assertThat(recipe.run().ema()).contains(0.999);
        assertThat(recipe.init()).contains(new InitBlock("runs/a"));
        assertThat(((PretrainAugment) recipe.augment()).jitter()).contains(new Jitter(0.4, 0.4, 0.4, 0));
        assertThat(recipe.optimizer().clip()).contains(3.0);
        assertThat(((OptimizerBlock.AdamW) recipe.optimizer()).eps()).isEqualTo(1e-7);
        assertThat(recipe.name()).isEqualTo("another=name");
        assertThat(read(RecipeWriter.write(recipe))).isEqualTo(recipe);
    }

    @Test
    void publishedDataSetsAreNamedInSmallLetters() {
        Recipe recipe = read(PLAIN, false, "data.source={kind: published, set: sun-rgbd, path: x}");
        assertThat(recipe.data().source()).isEqualTo(new DataSource.Published(SegmentationSet.SUN_RGBD, "x"));
        assertThat(read(RecipeWriter.write(recipe))).isEqualTo(recipe);
    }

    @Test
    void keysOfAnOptimizerStandAloneAndReadBack() {
        Recipe recipe = read(PLAIN, false, "optimizer.keys=[{contains: norm, lr: 1, decay: 0}]");
        assertThat(((OptimizerBlock.AdamW) recipe.optimizer()).keys()).contains(List.of(new KeyRule("norm", 1, 0)));
        assertThat(read(RecipeWriter.write(recipe))).isEqualTo(recipe);
        assertThatThrownBy(() -> read(
                        PLAIN, false, "optimizer.keys=[{contains: norm, lr: 1, decay: 0}]", "optimizer.layerDecay=0.9"))
                .hasMessageContaining(
                        "optimizer.keys: say all about rates and decay: leave layerDecay, noDecay and alsoDecay out");
    }

    @Test
    void chosenSettingsLeaveOutWhatStandsAtItsDefaultAndStillReadAsTheSameRecipe() {
        Recipe recipe =
                RecipeReader.read(Path.of("recipes/mae/vit-t8_eurosat10k_pretrain.yaml"), RecipeReader.Overrides.NONE);

        String chosen = RecipeWriter.writeChosen(recipe);

        assertThat(chosen).contains("globalBatch: 256").doesNotContain("loaderThreads", "recompute", "smoke");
        assertThat(chosen).contains("depth: 8").doesNotContain("layerScale", "qkvBias", "mlpRatio");
        assertThat(RecipeWriter.write(recipe)).contains("loaderThreads: 2", "recompute: false", "layerScale: 0.0");
        assertThat(read(chosen)).isEqualTo(recipe);
    }

    @Test
    void settingsThatCameLaterStayOutOfTheTextByWhichResultsAreTold() {
        Recipe plain = read(PLAIN), fine = read(PLAIN, false, "backbone.normEps=1.0e-5");
        assertThat(RecipeWriter.writeChosen(plain)).doesNotContain("normEps", "dense", "relativePosition");
        assertThat(RecipeWriter.writeChosen(fine)).contains("normEps: 1.0E-5").doesNotContain("dense");
        assertThat(RecipeWriter.write(plain)).contains("normEps: 1.0E-6", "windowSize: 0");
    }

    /** The forms for detectors beside those of the size; later presets and single keys win. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {type: vit, preset: [base, vitdet], imageSize: 1024}           | 14 | [2, 5, 8, 11]
                    {type: vit, preset: [large, vitdet-large], imageSize: 1024}    | 14 | [5, 11, 17, 23]
                    {type: vit, preset: [base, simple-pyramid], imageSize: 512}    | 0  | []
                    {type: beit, preset: [large, det], imageSize: 1024}            | 14 | []
                    {type: convvit, preset: [base, det], imageSize: 1024}          | 16 | [0, 3, 6, 10]
                    {type: convvit, preset: [tiny, det-tiny], imageSize: 512}      | 16 | [0, 3, 6]
                    {type: convvit, preset: [base, det-vitdet], imageSize: 1024}   | 14 | [1, 4, 7, 10]
                    {type: convvit, preset: [base, det-paper], imageSize: 1024}    | 7  | [0, 3, 6, 10]
                    {type: convvit, preset: [base, det-literal], imageSize: 1024}  | 7  | [1, 2, 4, 5, 7, 8, 9]
                    {type: hivit, preset: [base, det], imageSize: 1024, neck: {kind: mlp, dim: 256, depth: 1, mlpRatio: 4}}      | 0 | []
                    {type: hivit, preset: [base, det-clip], imageSize: 1024, neck: {kind: mlp, dim: 256, depth: 1, mlpRatio: 4}} | 0 | []
                    """)
    void formsForDetectorsArePresetsBesideTheSize(String backbone, int windowSize, String globalBlocks) {
        Recipe recipe = read(PLAIN.replace("{type: vit, preset: base}", backbone));
        DenseForm form = dense(recipe);
        assertThat(form.windows().windowSize()).isEqualTo(windowSize);
        assertThat(form.windows().globalBlocks()).hasToString(globalBlocks);
        assertThat(form.windows().shifted()).isEqualTo(backbone.contains("det-paper"));
        assertThat(read(RecipeWriter.write(recipe))).isEqualTo(recipe);
        Recipe other =
                read(PLAIN.replace("{type: vit, preset: base}", backbone), false, "backbone.dense.normEps=1.0e-4");
        assertThat(dense(other).normEps()).isEqualTo(1e-4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {type: vit-adapter, preset: [base, det], vit: {imageSize: 1024}}         | 12 | 0
                    {type: vit-adapter, preset: [large, det-large], vit: {imageSize: 1024}}  | 24 | 0
                    {type: vit-adapter, preset: [large, det-beit-large], vit: {type: beit, preset: large, imageSize: 1024}} | 24 | 56
                    """)
    void adaptersForDetectorsHaveWindowsInAllButTheLastBlockOfEachGroup(String backbone, int depth, int last) {
        Recipe recipe = read(PLAIN.replace("{type: vit, preset: base}", backbone));
        VitAdapterSpec spec = (VitAdapterSpec) recipe.backbone();
        assertThat(spec.windows()).hasSize(depth).startsWith(14).endsWith(14, last);
        assertThat(spec.windows().stream().filter(side -> side == last)).hasSize(4);
        assertThat(spec.vitFeature()).isEqualTo(VitAdapterSpec.VitFeature.LAST);
        assertThat(read(RecipeWriter.write(recipe))).isEqualTo(recipe);
    }

    private static DenseForm dense(Recipe recipe) {
        if (recipe.backbone() instanceof VitSpec vit) {
            return vit.dense();
        } else if (recipe.backbone() instanceof BeitSpec beit) {
            return beit.dense();
        }
        return recipe.backbone() instanceof HiVitSpec hiVit ? hiVit.dense() : ((ConvVitSpec) recipe.backbone()).dense();
    }

    @Test
    void anOptionalBlockCanBeTakenAwayAgain() {
        assertThat(read(PLAIN + "init: {from: runs/a}\n", false, "init=null").init())
                .isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    backbone.dim=770                  | backbone.dim: 770 is not divisible by heads 12
                    backbone.dmi=768                  | backbone.dmi: unknown key, did you mean dim?
                    backbone.dim=768.5                | backbone.dim: 768.5 is not an integer
                    backbone.dim=768.0                | backbone.dim: 768.0 is not an integer
                    backbone.dim=wide                 | backbone.dim: 'wide' is not an integer
                    backbone.dim=null                 | backbone.dim: nothing is given; leave the key out for its default, if it has one
                    backbone.dim=99999999999          | backbone.dim: 99999999999 is not an integer of 32 bits
                    backbone.dim=[768]                | backbone.dim: [768] is not an integer
                    backbone.mlpRatio=four            | backbone.mlpRatio: 'four' is not a number
                    backbone.mlpRatio=1e999            | backbone.mlpRatio: Infinity is not a finite number
                    backbone.classToken=1             | backbone.classToken: 1 is neither true nor false
                    backbone.imageSize=big            | backbone.imageSize: 'big' is not a size such as 224 or 360x480 (rows x columns)
                    backbone.imageSize=100            | backbone.imageSize: 100x100 is not divisible by patchSize 16
                    backbone.type=vti                 | backbone.type: 'vti' is none of vit, convvit, hivit, beit, vit-adapter; did you mean vit?
                    backbone.preset=giant             | backbone.preset: 'giant' is none of base, huge, large, simple-pyramid, small, tiny, vitdet, vitdet-large
                    backbone=7                        | backbone: 7 is not a block of keys and values
                    backbone={preset: base}           | backbone.type: missing; it is one of vit, convvit, hivit, beit, vit-adapter
                    backbone={type: vit}              | backbone.dim: missing; it has no default
                    objective.loss=l3                 | objective.loss: 'l3' is none of mse, l1
                    objective.decoder.heads=12        | objective.decoder.dim: 512 is not divisible by heads 12
                    objective.decoder.heads=0         | objective.decoder.heads: 0 is below 1
                    objective.decoder={dim: 6, depth: 1, heads: 2, mlpRatio: 4} | objective.decoder.dim: 6 is not divisible by 4: its positions are sines and cosines
                    objective.decoder.depth=-1        | objective.decoder.depth: -1 is below 0
                    objective.decoder.mlpRatio=0      | objective.decoder.mlpRatio: 0.0 is not above 0
                    objective.maskRatio=1             | objective.maskRatio: 1.0 is not in (0, 1)
                    objective.maskRatio=0             | objective.maskRatio: 0.0 is not in (0, 1)
                    objective={type: convmae, maskRatio: 1.5} | objective.maskRatio: 1.5 is not in (0, 1)
                    objective={type: itpn, maskRatio: -0.1} | objective.maskRatio: -0.1 is not in (0, 1)
                    backbone={type: hivit, preset: base, stemMlpRatio: 0} | backbone.stemMlpRatio: 0.0 is not above 0
                    backbone={type: hivit, preset: fast-base, qkvBias: false} | backbone.qkvBias: false does not go with design fast, which has biases
                    optimizer.betas=[0.9]             | optimizer.betas: [0.9] are not two numbers in [0, 1)
                    optimizer.betas=[0.9, high]       | optimizer.betas[1]: 'high' is not a number
                    optimizer.betas=0.9               | optimizer.betas: 0.9 is not a list
                    optimizer.lr=1e-3                 | optimizer: both lr and baseLr are given: give one
                    schedule.length=40                | schedule.length: 40 is not a text
                    schedule.length=40 hours          | schedule.length: '40 hours' is not a length such as '40 epochs' or '1000 steps'
                    schedule.warmup=50 epochs         | schedule.warmup: 50 epochs is longer than length 40 epochs
                    schedule.power=2                  | schedule.power: unknown key; the keys here are length, warmup, minLr, fullWarmup
                    run.globalbatch=8                 | run.globalbatch: unknown key, did you mean globalBatch?
                    run.microBatch=60                 | run.globalBatch: 4096 is not divisible by microBatch 60
                    data.fraction=0                   | data.fraction: 0.0 is not in (0, 1]
                    data.source.kind=tar              | data.source.kind: 'tar' is none of folder, imagefolder, cifar, idx, pairs, published, coco, panoptic, shards, scenes
                    augment.crop.scale=[1, 0.2]       | augment.crop.scale: [1.0, 0.2] is not a range [low, high] above 0
                    name=12                           | name: 12 is not a text
                    stage=pertrain                    | stage: 'pertrain' is none of pretrain, classify, linear-probe, segment, detect, panoptic; did you mean pretrain?
                    augmnet.flip=0                    | augmnet: unknown key, did you mean augment?
                    """)
    void whatDoesNotFitIsRefusedByPathValueAndRule(String set, String text) {
        assertThatThrownBy(() -> read(PLAIN, false, set))
                .isInstanceOf(RecipeException.class)
                .hasMessage("recipe plain.yaml, " + text);
    }

    @Test
    void anOverrideThatIsNoneIsRefused() {
        assertThatThrownBy(() -> read(PLAIN, false, "run.seed"))
                .hasMessage(
                        "recipe plain.yaml, override 'run.seed': an override is written path=value, such as run.seed=1");
        assertThatThrownBy(() -> read(PLAIN, false, "run.seed.low=1"))
                .hasMessage("recipe plain.yaml, run.seed: {\"low\":1} is not an integer");
        assertThatThrownBy(() -> read(PLAIN, false, "optimizer.betas.2=1"))
                .hasMessage("recipe plain.yaml, override 'optimizer.betas.2=1': [0.9,0.95] has no '2'");
    }

    @Test
    void aKeyThatStandsTwiceIsRefusedWithItsLine() {
        assertThatThrownBy(() -> read("stage: pretrain\nname: a\nname: b\n"))
                .hasMessage("recipe plain.yaml, line 3: the key 'name' is given twice");
    }

    @Test
    void textThatIsNoYamlOrNoBlockIsRefused() {
        assertThatThrownBy(() -> read("stage: [pretrain\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessage("recipe plain.yaml, line 1: while parsing a flow sequence");
        assertThatThrownBy(() -> read("- stage\n"))
                .hasMessage("recipe plain.yaml: this is not a block of keys and values");
        assertThatThrownBy(() -> read("")).hasMessage("recipe plain.yaml: this is not a block of keys and values");
    }

    @Test
    void aRequiredBlockThatIsMissingIsNamed() {
        assertThatThrownBy(() -> read(PLAIN.replace("objective: {type: mae}\n", "")))
                .hasMessage("recipe plain.yaml, objective: missing; it has no default");
    }

    @Test
    void aRecipeExtendsAnotherOneOnce() throws IOException {
        Files.writeString(folder.resolve("plain.yaml"), PLAIN);
        Path large = Files.writeString(
                folder.resolve("large.yaml"), "extends: plain.yaml\nname: large\nbackbone: {preset: large}\n");
        Recipe recipe = RecipeReader.read(large);
        assertThat(((VitSpec) recipe.backbone()).depth()).isEqualTo(24);
        assertThat(recipe.name()).isEqualTo("large");
        assertThat(recipe.run().globalBatch()).isEqualTo(4096);

        Path third = Files.writeString(folder.resolve("third.yaml"), "extends: large.yaml\nname: third\n");
        assertThatThrownBy(() -> RecipeReader.read(third))
                .hasMessage("recipe %s, extends: large.yaml itself extends plain.yaml; one step is allowed"
                        .formatted(third));
        Path lost = Files.writeString(folder.resolve("lost.yaml"), "extends: no.yaml\n");
        assertThatThrownBy(() -> RecipeReader.read(lost))
                .hasMessage("recipe %s, extends: there is no recipe %s".formatted(lost, folder.resolve("no.yaml")));
        Path none = folder.resolve("none.yaml");
        assertThatThrownBy(() -> RecipeReader.read(none))
                .hasMessage("recipe %s: there is no such file".formatted(none));
    }

    @Test
    void aBlockOfAnotherMethodTakesThePlaceOfTheWholeBlock() throws IOException {
        Files.writeString(folder.resolve("plain.yaml"), PLAIN);
        Path conv = Files.writeString(
                folder.resolve("conv.yaml"),
                """
                extends: plain.yaml
                name: conv
                backbone: {type: convvit, preset: base}
                optimizer: {type: sgd, lr: 0.1}
                """);
        Recipe recipe = RecipeReader.read(conv);
        assertThat(recipe.backbone()).isInstanceOf(ConvVitSpec.class);
        assertThat(recipe.optimizer())
                .isEqualTo(new OptimizerBlock.Sgd(Optional.empty(), Optional.of(0.1), 0.9, 0, Optional.empty()));
    }

    @Test
    void askingForASmokeBlockThatIsNotThereIsRefused() {
        String without = PLAIN.substring(0, PLAIN.indexOf("smoke:"));
        assertThatThrownBy(() -> read(without, true)).hasMessage("recipe plain.yaml: it has no smoke block");
    }

    private static Recipe read(String yaml) {
        return read(yaml, false);
    }

    private static Recipe read(String yaml, boolean smoke, String... sets) {
        return RecipeReader.parse(yaml, "plain.yaml", new RecipeReader.Overrides(smoke, List.of(sets)));
    }

    /** UperNet is meant where no head is named, so a named one is another. */
    @Test
    void anotherHeadTakesThePlaceOfTheUnnamedOne() throws IOException {
        Files.writeString(
                folder.resolve("other.yaml"),
                """
                extends: %s
                name: other
                head: {type: semantic-fpn, channels: 64}
                """
                        .formatted(Path.of("recipes/mae/vit-t16_camvid11_upernet.yaml")
                                .toAbsolutePath()));
        SegmentRecipe recipe = (SegmentRecipe) RecipeReader.read(folder.resolve("other.yaml"));
        assertThat(recipe.head()).isEqualTo(new SemanticFpnBlock(256, 64, 0.1));
    }
}
