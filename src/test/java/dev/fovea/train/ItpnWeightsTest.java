package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Layer;
import dev.fovea.recipe.InitBlock;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.LoadReport;
import dev.fovea.weights.ModelFile;
import dev.fovea.weights.Safetensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What later stages take from an iTPN pre-training, ours or a released one. */
class ItpnWeightsTest {
    private static final int CLASSES = 3;
    private static final String NECK = "backbone.neck.levels.2.out.mlp.fc1.weight";
    private static final String TABLE = "backbone.blocks.4.attn.relative_position_bias_table";

    @TempDir
    Path temp;

    @Test
    void segmentationGetsTheNeckUnlessItIsToStartAnew() {
        Layer pretrained = pretrain();
        Recipe recipe = Recipes.of(Recipes.segment(Recipes.HIVIT));

        Layer loaded = RecipeModel.build(recipe, CLASSES);
        InitialWeights.load(init(List.of()), recipe, loaded);
        assertThat(values(loaded, NECK)).isEqualTo(values(pretrained, NECK));

        Layer fresh = RecipeModel.build(recipe, CLASSES);
        float[] drawn = values(fresh, NECK);
        LoadReport report = InitialWeights.load(init(List.of("backbone.neck")), recipe, fresh);
        assertThat(values(fresh, NECK)).isEqualTo(drawn);
        assertThat(report.missingExpected()).contains(NECK);
        assertThat(values(fresh, "backbone.blocks.2.mlp.fc1.weight"))
                .isEqualTo(values(pretrained, "backbone.blocks.2.mlp.fc1.weight"));
    }

    @Test
    void aPartThatTheModelDoesNotHaveCannotStartAnew() {
        pretrain();
        Recipe recipe = Recipes.of(Recipes.segment(Recipes.HIVIT));
        Layer model = RecipeModel.build(recipe, CLASSES);
        assertThatThrownBy(() -> InitialWeights.load(init(List.of("backbone.nek")), recipe, model))
                .hasMessage("init.fresh: the model has no part 'backbone.nek'");
    }

    @Test
    void aClassifierLeavesTheNeckAndTheTeacherAndMayAddRelativePositions() {
        pretrain();
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.HIVIT), "backbone.relativePosition=true");
        Layer model = RecipeModel.build(recipe, CLASSES);

        LoadReport report = InitialWeights.load(init(List.of()), recipe, model);

        assertThat(report.ignored())
                .contains(NECK, "features.teacher.pos_embed", "decoder.mask_token", "embed.0.proj.weight");
        assertThat(report.missingExpected()).contains(TABLE);
        assertThat(values(model, TABLE)).containsOnly(0);
    }

    @Test
    void tablesAreResizedAsPicturesAndPositionsAreKeptForTheirGrid() {
        Recipe small = Recipes.of(Recipes.itpn(), "backbone.relativePosition=true");
        Layer pretrained = RecipeModel.build(small, 0);
        pretrained.state().get(TABLE).detach().copy_(Tensors.full(0.5, 49, 2));
        write(small, pretrained);
        Recipe wide = Recipes.of(
                Recipes.segment(Recipes.HIVIT),
                "backbone.relativePosition=true",
                "backbone.imageSize=48x64",
                "backbone.positionGrid=4");
        Layer model = RecipeModel.build(wide, CLASSES);

        LoadReport report = InitialWeights.load(init(List.of()), wide, model);

        assertThat(report.adapted()).contains(TABLE + " 49x2 -> 165x2");
        for (float value : values(model, TABLE)) {
            assertThat(value).isCloseTo(0.5f, within(1e-5f));
        }
        assertThat(Shapes.text(model.state().get("backbone.pos_embed"))).isEqualTo("1x16x16");
    }

    @Test
    void releasedFilesAreToldByTheirNames() {
        String backbone = "{type: hivit, imageSize: 48, patchSize: 8, dim: 32, depths: [1, 1, 3], heads: 4,"
                + " neck: {kind: mlp, dim: 24, depth: 1, mlpRatio: 4}}";
        Path released = Path.of("src/test/resources/parity/itpn/itpn_pixel_train/weights.safetensors");
        Map<String, Tensor> theirs = Safetensors.read(released);
        InitBlock init = new InitBlock(released.toString());

        Recipe segment = Recipes.of(Recipes.segment(backbone));
        Layer segmenter = RecipeModel.build(segment, CLASSES);
        InitialWeights.load(init, segment, segmenter);
        assertThat(values(segmenter, "backbone.neck.levels.1.split.weight"))
                .containsExactly(Tensors.toFloats(theirs.get("split_16to8.reduction.weight")));

        Recipe classify = Recipes.of(Recipes.classify(backbone), "backbone.neck=null");
        LoadReport report = InitialWeights.load(init, classify, RecipeModel.build(classify, CLASSES));
        assertThat(report.ignored()).contains("fpn_modules.0.norm2.weight", "mask_token", "decoder_pred.bias");
    }

    @Test
    void aReleasedClipPretrainingAndFastItpnAreToldToo() {
        assertThat(loaded(
                        "itpn_clip_train",
                        "{type: hivit, imageSize: 64, dim: 32, depths: [1, 2, 5], heads: 4, layerScale: 0.1,"
                                + " relativePosition: true}"))
                .contains("backbone.blocks.5.attn.relative_position_bias_table", "backbone.blocks.0.gamma_2");
        assertThat(loaded(
                        "fast_itpn",
                        "{type: hivit, imageSize: 64, dim: 32, depths: [1, 1, 3], heads: 4, mlpRatio: 3,"
                                + " layerScale: 0.1, design: fast}"))
                .contains("backbone.blocks.4.attn.qkv.q_proj.weight", "backbone.blocks.4.mlp.ffn_ln.weight");
    }

    private static List<String> loaded(String parityCase, String backbone) {
        Recipe recipe = Recipes.of(Recipes.classify(backbone));
        String file = "src/test/resources/parity/itpn/" + parityCase + "/weights.safetensors";
        return InitialWeights.load(new InitBlock(file), recipe, RecipeModel.build(recipe, CLASSES))
                .loaded();
    }

    private Layer pretrain() {
        Recipe recipe = Recipes.of(Recipes.itpn());
        Layer model = RecipeModel.build(recipe, 0);
        write(recipe, model);
        return model;
    }

    private void write(Recipe recipe, Layer model) {
        new ModelFile(Provenance.of(recipe, List.of()).card(1), model.state()).write(file());
    }

    private InitBlock init(List<String> fresh) {
        return new InitBlock(file().toString(), fresh, Optional.empty());
    }

    private Path file() {
        return temp.resolve("model.safetensors");
    }

    private static float[] values(Layer model, String name) {
        return Tensors.toFloats(model.state().get(name));
    }
}
