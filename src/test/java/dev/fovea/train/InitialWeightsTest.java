package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.InitBlock;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.FlaxFile;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.LocaCheckpoint;
import dev.fovea.weights.ModelFile;
import dev.fovea.weights.RelativePositionResize;
import dev.fovea.weights.Safetensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialWeightsTest {
    private static final int CLASSES = 3;
    private static final String[] WIDE = {"backbone.imageSize=24x48", "backbone.absolutePosition=true"};
    private static final String SHARED = "rel_pos_bias.relative_position_bias_table";

    @TempDir
    Path temp;

    @Test
    void everyLaterStageStartsFromAPretrainedBackbone() {
        for (String backbone : List.of(Recipes.VIT, Recipes.CONV_VIT, Recipes.BEIT)) {
            Layer pretrained = write(Recipes.of(Recipes.mae(backbone)));
            for (String yaml : List.of(
                    Recipes.classify(backbone),
                    Recipes.linearProbe(backbone, "{evalCrop: 1}"),
                    Recipes.segment(backbone))) {
                Recipe recipe = Recipes.of(yaml);
                Layer model = RecipeModel.build(recipe, CLASSES);
                InitialWeights.load(from(file()), recipe, model);
                String name = backbone.equals(Recipes.CONV_VIT)
                        ? "backbone.blocks2.0.conv2.weight"
                        : "backbone.blocks.1.mlp.fc1.weight";
                assertThat(values(model, name)).isEqualTo(values(pretrained, name));
            }
        }
    }

    @Test
    void anAdapterStartsFromThePlainNetworkBelowIt() {
        for (String plain : List.of(Recipes.VIT, Recipes.BEIT)) {
            Layer pretrained = write(Recipes.of(Recipes.mae(plain)));
            Recipe recipe = Recipes.of(Recipes.segment(Recipes.adapter(plain)));
            Layer model = RecipeModel.build(recipe, CLASSES);
            LoadReport report = InitialWeights.load(from(file()), recipe, model);
            String name = "backbone.blocks.1.mlp.fc1.weight";
            assertThat(values(model, name)).isEqualTo(values(pretrained, name));
            assertThat(report.missingExpected())
                    .allMatch(key -> key.matches(
                            "decode_head.*|auxiliary_head.*|backbone\\.(spm|interactions|up|norm\\d|level_embed).*"));
        }
    }

    @Test
    void aTableOfRelativePositionsComesToTheWindowOfEachBlock() {
        write(Recipes.of(Recipes.mae(Recipes.BEIT)));
        Recipe recipe = Recipes.of(
                Recipes.segment(Recipes.adapter(Recipes.BEIT)), "backbone.windows=[2, 3]", "backbone.vit.imageSize=64");
        Layer model = RecipeModel.build(recipe, CLASSES);
        LoadReport report = InitialWeights.load(from(file()), recipe, model);
        assertThat(report.adapted())
                .containsExactly(
                        "backbone.blocks.0.attn.relative_position_bias_table 52x2 -> 9x2",
                        "backbone.blocks.1.attn.relative_position_bias_table 52x2 -> 25x2");
        assertThat(report.ignored()).contains("backbone.cls_token");
    }

    /** What windows, shared or decomposed tables and other maps add starts anew; a class token that takes no part is left. */
    @Test
    void aDetectionFormStartsFromThePlainPretraining() {
        String windows = "backbone.dense.windows={windowSize: 2, globalBlocks: [1], shifted: false}";
        String simple = "backbone.dense.pyramid.form=simple";
        for (String backbone : List.of(Recipes.VIT, Recipes.CONV_VIT, Recipes.BEIT)) {
            Layer pretrained = write(Recipes.of(Recipes.mae(backbone)));
            boolean beit = backbone.equals(Recipes.BEIT);
            String tables = beit ? "backbone.relativePosition=block" : "backbone.relativePosition=true";
            String kept = beit ? "backbone.dense.tables=block" : "backbone.dense.tables=decomposed";
            Recipe recipe =
                    Recipes.of(Recipes.segment(backbone), windows, simple, tables, kept, "backbone.imageSize=64");
            Layer model = RecipeModel.build(recipe, CLASSES);
            LoadReport report = InitialWeights.load(from(file()), recipe, model);
            assertThat(report.missingExpected()).contains("backbone.pyramid.simfp_2.0.weight");
            if (!backbone.equals(Recipes.CONV_VIT)) {
                assertThat(report.ignored()).contains("backbone.cls_token");
                String name = "backbone.blocks.1.mlp.fc1.weight";
                assertThat(values(model, name)).isEqualTo(values(pretrained, name));
            }
        }
    }

    /** Tables of windows have nothing to do with the grid of the image, which may be larger or smaller than a window. */
    @Test
    void aDetectorStartsFromADetectorWithTheTablesOfItsWindows() {
        String windows = "backbone.dense.windows={windowSize: 3, globalBlocks: [], shifted: false}";
        String wider = windows.replace("windowSize: 3", "windowSize: 5");
        for (String size : List.of("backbone.imageSize=64", "backbone.imageSize=16")) {
            String[] beit = {"backbone.relativePosition=block", "backbone.dense.pyramid.form=simple", size};
            assertDetectorTables(Recipes.BEIT, windows, wider, 2, beit);
            String[] conv = {
                "backbone.relativePosition=true",
                "backbone.dense.tables=block",
                "backbone.dense.pyramid={form: detect, dim: 8, levels: 4}",
                size
            };
            assertDetectorTables(Recipes.CONV_VIT, windows, wider, 2, conv);
        }
        assertDetectorTables(
                Recipes.adapter(Recipes.BEIT),
                "backbone.windows=[3, 3]",
                "backbone.windows=[5, 5]",
                2,
                "backbone.vit.imageSize=64");
    }

    /** ConvMAE's released detector has one table of its windows and one of the whole image. */
    @Test
    void aDetectorWithSharedTablesStartsFromItsLike() {
        for (String size : List.of("64", "16")) {
            Recipe recipe = Recipes.of(
                    Recipes.detect(Recipes.CONV_VIT, Recipes.MASK_RCNN),
                    "backbone.dense.windows={windowSize: 3, globalBlocks: [1], shifted: false}",
                    "backbone.relativePosition=true",
                    "backbone.dense.tables=shared",
                    "backbone.dense.pyramid={form: detect, dim: 8, levels: 4}",
                    "backbone.imageSize=" + size);
            Layer source = write(recipe, RecipeModel.build(recipe, CLASSES));
            Layer model = RecipeModel.build(recipe, CLASSES);
            assertThat(InitialWeights.load(from(file()), recipe, model).adapted())
                    .isEmpty();
            for (String table : List.of("windowed_rel_pos_bias", "global_rel_pos_bias")) {
                String name = "backbone." + table + ".relative_position_bias_table";
                assertThat(values(model, name)).isEqualTo(values(source, name));
            }
        }
    }

    /** @param tables that the network has */
    private void assertDetectorTables(String backbone, String windows, String wider, int tables, String... sets) {
        String yaml = Recipes.detect(backbone, Recipes.MASK_RCNN);
        Recipe recipe = Recipes.of(yaml, with(windows, sets)), other = Recipes.of(yaml, with(wider, sets));
        Layer source = RecipeModel.build(recipe, CLASSES);
        List<String> names = source.state().keySet().stream()
                .filter(name -> name.endsWith("relative_position_bias_table"))
                .toList();
        assertThat(names).hasSize(tables);
        names.forEach(name -> Init.normal(source.state().get(name), 1));
        write(recipe, source);
        Layer same = RecipeModel.build(recipe, CLASSES);
        assertThat(InitialWeights.load(from(file()), recipe, same).adapted()).isEmpty();
        Layer resized = RecipeModel.build(other, CLASSES);
        assertThat(InitialWeights.load(from(file()), other, resized).adapted())
                .containsExactlyElementsOf(
                        names.stream().map(name -> name + " 25x2 -> 81x2").toList());
        for (String name : names) {
            assertThat(values(same, name)).isEqualTo(values(source, name));
            assertThat(values(resized, name))
                    .containsExactly(Tensors.toFloats(RelativePositionResize.resize(
                            source.state().get(name), new int[] {3, 3}, new int[] {5, 5})));
        }
    }

    private static String[] with(String first, String... sets) {
        return Stream.concat(Stream.of(first), Arrays.stream(sets)).toArray(String[]::new);
    }

    @Test
    void positionsAreResizedToAnotherImageSize() {
        write(Recipes.of(Recipes.mae(Recipes.VIT)));
        Recipe wide = Recipes.of(Recipes.segment(Recipes.VIT), "backbone.imageSize=32x64");
        Layer model = RecipeModel.build(wide, CLASSES);
        LoadReport report = InitialWeights.load(from(file()), wide, model);
        assertThat(report.adapted()).containsExactly("backbone.pos_embed 1x17x16 -> 1x33x16");
    }

    @Test
    void positionsOfAGridOfAnotherFormAreResizedAlthoughTheShapesAgree() {
        write(Recipes.of(Recipes.mae(Recipes.BEIT), WIDE));
        Recipe high =
                Recipes.of(Recipes.segment(Recipes.BEIT), "backbone.imageSize=48x24", "backbone.absolutePosition=true");
        LoadReport report = InitialWeights.load(from(file()), high, RecipeModel.build(high, CLASSES));
        assertThat(report.adapted())
                .containsExactlyInAnyOrder(
                        "backbone.pos_embed 1x19x16 -> 1x19x16", "backbone." + SHARED + " 58x2 -> 58x2");
    }

    @Test
    void filesWithReferenceNamesAreUnderstood() {
        Recipe pretraining = Recipes.of(Recipes.mae(Recipes.VIT));
        Layer source = RecipeModel.build(pretraining, 0);
        Map<String, Tensor> reference = new LinkedHashMap<>();
        source.state().forEach((name, x) -> reference.put("module." + referenceName(name), x));
        Safetensors.write(file(), reference);
        Layer target = RecipeModel.build(pretraining, 0);
        LoadReport report = InitialWeights.load(from(file()), pretraining, target);
        assertThat(report.loaded()).hasSize(source.state().size());
        assertThat(values(target, "decoder.pred.weight")).isEqualTo(values(source, "decoder.pred.weight"));
    }

    @Test
    void aSharedTableOfRelativePositionsGoesToEveryBlockAtItsSize() {
        Layer pretrained = RecipeModel.build(Recipes.of(Recipes.mae(Recipes.BEIT)), 0);
        Init.normal(pretrained.state().get("backbone." + SHARED), 1);
        write(Recipes.of(Recipes.mae(Recipes.BEIT)), pretrained);
        for (String yaml : List.of(Recipes.classify(Recipes.BEIT), Recipes.segment(Recipes.BEIT))) {
            Recipe recipe = Recipes.of(yaml, "backbone.relativePosition=block", "backbone.imageSize=48x64");
            Layer model = RecipeModel.build(recipe, CLASSES);
            LoadReport report = InitialWeights.load(from(file()), recipe, model);
            assertThat(report.adapted())
                    .containsExactly(
                            "backbone.blocks.0.attn.relative_position_bias_table 52x2 -> 168x2",
                            "backbone.blocks.1.attn.relative_position_bias_table 52x2 -> 168x2");
            assertThat(values(model, "backbone.blocks.1.attn.relative_position_bias_table"))
                    .containsExactly(Tensors.toFloats(RelativePositionResize.resize(
                            pretrained.state().get("backbone." + SHARED), new int[] {4, 4}, new int[] {6, 8})));
        }
    }

    @Test
    void aPublishedBeitPretrainingLoadsByItsOwnNames() {
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.BEIT), "backbone.relativePosition=block");
        Layer source = RecipeModel.build(Recipes.of(Recipes.mae(Recipes.BEIT)), 0);
        Map<String, Tensor> published = new LinkedHashMap<>();
        source.state().forEach((name, x) -> {
            if (name.startsWith("backbone.")) {
                published.put(
                        name.substring("backbone.".length())
                                .replace("attn.qkv.q_", "attn.q_")
                                .replace("attn.qkv.v_", "attn.v_"),
                        x);
            }
        });
        published.put(
                "rel_pos_bias.relative_position_index", Tensors.range(0, 289).reshape(17, 17));
        List<String> unused = List.of("mask_token", "lm_head.weight", "cls_pt_layers.0.attn.q_bias");
        unused.forEach(name -> published.put(name, Tensors.zeros(4)));
        Safetensors.write(file(), published);
        Layer model = RecipeModel.build(recipe, CLASSES);

        LoadReport report = InitialWeights.load(from(file()), recipe, model);

        assertThat(report.missingExpected())
                .containsExactlyInAnyOrder("head.weight", "head.bias", "fc_norm.weight", "fc_norm.bias");
        assertThat(report.ignored())
                .contains("rel_pos_bias.relative_position_index", "norm.weight", "norm.bias")
                .containsAll(unused)
                .hasSize(6);
        assertThat(values(model, "backbone.blocks.1.attn.qkv.q_bias"))
                .isEqualTo(values(source, "backbone.blocks.1.attn.qkv.q_bias"));
    }

    @Test
    void layerScalesThatTheNetworkDoesNotHaveAreNotDroppedInSilence() {
        write(Recipes.of(Recipes.mae(Recipes.BEIT)));
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.BEIT), "backbone.layerScale=0");
        assertThatThrownBy(() -> InitialWeights.load(from(file()), recipe, RecipeModel.build(recipe, CLASSES)))
                .hasMessageContaining("unexpected (4): backbone.blocks.0.gamma_1");
    }

    @Test
    void aFileThatLacksTheBackboneIsRefusedWithTheMissingNames() {
        write(Recipes.of(Recipes.mae(Recipes.CONV_VIT)));
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.VIT));
        Layer model = RecipeModel.build(recipe, CLASSES);
        assertThatThrownBy(() -> InitialWeights.load(from(file()), recipe, model))
                .hasMessageStartingWith(file() + " does not fit the model: ")
                .hasMessageContaining("missing (")
                .hasMessageContaining("backbone.cls_token")
                .hasMessageContaining("unexpected (");
    }

    @Test
    void aFileThatIsNotThereIsToldOf() {
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.VIT));
        assertThatThrownBy(() ->
                        InitialWeights.load(from(temp.resolve("none")), recipe, RecipeModel.build(recipe, CLASSES)))
                .hasMessage("init.from: there is no " + temp.resolve("none"));
        assertThatThrownBy(() -> TrainedModel.open(temp))
                .hasMessage(temp + " holds no model: there is neither model.safetensors nor"
                        + " checkpoints/last.safetensors in it");
    }

    @Test
    void aTeacherStandsInForTheStudentWhereItIsAskedFor() {
        Layer loca = write(Recipes.of(Recipes.loca()));
        try (NoGrad off = new NoGrad()) {
            loca.state().get("teacher.backbone.blocks.1.norm1.bias").fill_(new Scalar(3.0));
        }
        new ModelFile(Provenance.of(Recipes.of(Recipes.loca()), List.of()).card(1), loca.state()).write(file());
        Recipe recipe = Recipes.of(Recipes.segment(Recipes.VIEW_VIT));
        Layer model = RecipeModel.build(recipe, CLASSES);
        InitialWeights.load(from(file()), recipe, model);
        assertThat(values(model, "backbone.blocks.1.norm1.bias")).containsOnly(0f);
        InitialWeights.load(
                new InitBlock(file().toString(), List.of(), Optional.of(LocaCheckpoint.Network.TEACHER)),
                recipe,
                model);
        assertThat(values(model, "backbone.blocks.1.norm1.bias")).containsOnly(3f);
        write(Recipes.of(Recipes.mae(Recipes.VIEW_VIT)));
        assertThatThrownBy(() -> InitialWeights.load(
                        new InitBlock(file().toString(), List.of(), Optional.of(LocaCheckpoint.Network.TEACHER)),
                        recipe,
                        model))
                .hasMessage("init.network: %s holds no teacher".formatted(file()));
    }

    @Test
    void aFlaxCheckpointOfLocaStartsALaterStageAndAFurtherPretraining() {
        Path flax = Path.of("src/test/resources/parity/loca/checkpoint/train_state.msgpack");
        String vit = "{type: vit, imageSize: 12, patchSize: 4, dim: 12, depth: 2, heads: 2, mlpRatio: 2,"
                + " classToken: false, posEmbed: learned, gelu: tanh}";
        Map<String, Tensor> saved = FlaxFile.read(flax).tensors();
        String norm = "encoderblock_1/LayerNorm_0/bias";
        Recipe classify = Recipes.of(Recipes.classify(vit));
        Layer model = RecipeModel.build(classify, CLASSES);
        InitialWeights.load(
                new InitBlock(flax.toString(), List.of(), Optional.of(LocaCheckpoint.Network.TEACHER)),
                classify,
                model);
        assertThat(values(model, "backbone.blocks.1.norm1.bias"))
                .isEqualTo(Tensors.toFloats(saved.get("ema_params/" + norm)));
        Recipe pretrain = Recipes.of(
                Recipes.loca(),
                "backbone=" + vit,
                "augment.queries=[{count: 1, size: 12, scale: [0.32, 1]}]",
                "objective.clusters={hidden: 16, bottleneck: 6, prototypes: 10,"
                        + " temperature: 0.1, sharpening: 0.05, rounds: 3, weight: 1, entropyWeight: 1}");
        Layer further = RecipeModel.build(pretrain, 0);
        InitialWeights.load(from(flax), pretrain, further);
        assertThat(values(further, "backbone.blocks.1.norm1.bias"))
                .isEqualTo(Tensors.toFloats(saved.get("params/" + norm)));
        Recipe without = Recipes.of(
                Recipes.loca(),
                "backbone=" + vit,
                "augment.queries=[{count: 1, size: 12, scale: [0.32, 1]}]",
                "objective.clusters=null");
        assertThat(InitialWeights.load(from(flax), without, RecipeModel.build(without, 0))
                        .ignored())
                .isNotEmpty()
                .allMatch(name -> name.startsWith("projection."));
    }

    private static InitBlock from(Path file) {
        return new InitBlock(file.toString());
    }

    private Layer write(Recipe recipe) {
        return write(recipe, RecipeModel.build(recipe, 0));
    }

    private Layer write(Recipe recipe, Layer model) {
        new ModelFile(Provenance.of(recipe, List.of()).card(1), model.state()).write(file());
        return model;
    }

    private Path file() {
        return temp.resolve("model.safetensors");
    }

    private static String referenceName(String name) {
        String flat = name.startsWith("backbone.") ? name.substring("backbone.".length()) : name;
        return switch (flat) {
            case "decoder.mask_token" -> "mask_token";
            default -> flat.replaceFirst("^decoder\\.", "decoder_");
        };
    }

    private static float[] values(Layer model, String name) {
        return Tensors.toFloats(model.state().get(name));
    }

    /** The two blocks on the early tap have tables of relative positions there, whether the others have some or not. */
    @Test
    void iTpnTowardsClipGoesOnFromAReleasedFileWithoutRelativePositions() {
        Path released = Path.of("src/test/resources/parity/itpn/itpn_clip_train/weights.safetensors");
        Map<String, Tensor> weights = Safetensors.read(released);
        weights.keySet().removeIf(name -> name.matches("blocks\\..*relative_position_bias_table"));
        assertThat(weights).containsKey("cls_pt_layers.0.attn.relative_position_bias_table");
        Safetensors.write(file(), weights);
        String hiVit =
                "{type: hivit, imageSize: 64, patchSize: 16, dim: 32, depths: [1, 2, 5], heads: 4, stemMlpRatio: 3,"
                        + " mlpRatio: 4, layerScale: 0.1, posEmbed: learned, neck: {kind: mlp, dim: 16, depth: 1, mlpRatio: 4}}";
        Recipe recipe = Recipes.of(
                Recipes.mae(hiVit),
                "objective={type: itpn-clip, mask: {hidden: 6, least: 2}, teacher: {type: pixels, imageSize: 64}}");
        Layer model = RecipeModel.build(recipe, 0);

        LoadReport report = InitialWeights.load(
                new InitBlock(file().toString(), List.of("lm_head", "lm_cls_head"), Optional.empty()), recipe, model);

        assertThat(report.ignored())
                .contains(
                        "cls_pt_layers.0.attn.relative_position_bias_table",
                        "cls_pt_layers.1.attn.relative_position_bias_table");
        assertThat(values(model, "cls_pt_layers.1.norm2.weight"))
                .containsExactly(Tensors.toFloats(weights.get("cls_pt_layers.1.norm2.weight")));
    }
}
