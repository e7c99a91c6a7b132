package dev.fovea.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.fovea.backbone.Size;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.report.AttentionSheet.Gaze;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.NoGrad;
import dev.fovea.train.TrainedModel;
import dev.fovea.weights.ModelCard;
import dev.fovea.weights.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttentionMapsTest {
    private static final String RUN =
            """
            stage: pretrain
            name: small
            data: {source: {kind: scenes, train: 8, val: 4}}
            augment: {crop: {type: resized, scale: [0.2, 1]}}
            backbone: %s
            objective: {type: %s, decoder: {dim: 8, depth: %d, heads: 2}}
            optimizer: {type: adamw, baseLr: 1.5e-4, betas: [0.9, 0.95]}
            schedule: {type: cosine, length: 4 steps, warmup: 1 step}
            run: {globalBatch: 8, microBatch: 8}
            """;
    private static final String VIT = "{type: vit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2}";
    private static final String CONV_VIT =
            "{type: convvit, imageSize: 32, dims: [4, 8, 16], depths: [1, 1, 2], heads: 2}";
    private static final String HIVIT =
            "{type: hivit, imageSize: 32, dim: 16, depths: [1, 1, 2], heads: 2, relativePosition: true, neck: {kind: mlp, dim: 8, depth: 1, mlpRatio: 2}}";
    private static final String BEIT =
            "{type: beit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2, relativePosition: shared}";

    @TempDir
    Path folder;

    @Test
    void aHeadThatLooksEverywhereGivesEqualShares() {
        TrainedModel trained = model(VIT, "mae", 1);
        silence(trained.model(), "backbone.blocks.1.attn.qkv");
        Gaze gaze = AttentionMaps.gaze(trained, "a", torch.rand(1, 3, 32, 32), 5);
        assertThat(gaze.grid()).isEqualTo(new Size(4, 4));
        assertThat(gaze.encoder()).hasSize(16);
        for (float share : gaze.encoder()) {
            assertThat(share).isCloseTo(1f / 17, within(1e-6f)); // the class token has a share as well
        }
        assertThat(sum(gaze.decoder().orElseThrow())).isBetween(0.5, 0.9999);
        assertThat(gaze.decoder().get()).isNotEqualTo(gaze.encoder());
    }

    @Test
    void theDecodersLastLayerIsShownForTransformersOfAllKinds() {
        for (String objective : List.of("mae", "convmae")) {
            TrainedModel trained = model(CONV_VIT, objective, 2);
            silence(trained.model(), "decoder.blocks.1.attn.qkv");
            Gaze gaze = AttentionMaps.gaze(trained, "a", torch.rand(1, 3, 32, 32), 3);
            assertThat(sum(gaze.encoder())).isCloseTo(1, within(1e-6)); // no class token: patches have it all
            for (float share : gaze.decoder().orElseThrow()) {
                assertThat(share).isCloseTo(1f / 4, within(1e-6f));
            }
        }
    }

    @Test
    void everyBackboneWithAttentionShowsIt() {
        for (String backbone : List.of(HIVIT, BEIT)) {
            Gaze gaze = AttentionMaps.gaze(model(backbone, "mae", 1), "a", torch.rand(1, 3, 32, 32), 1);
            assertThat(gaze.encoder()).hasSize(gaze.grid().area()).doesNotContain(0);
            assertThat(gaze.decoder().orElseThrow()).hasSize(gaze.grid().area());
        }
    }

    @Test
    void aDecoderWithoutAttentionHasNoMap() {
        assertThat(AttentionMaps.gaze(model(VIT, "mae", 0), "a", torch.rand(1, 3, 32, 32), 0)
                        .decoder())
                .isEmpty();
    }

    @Test
    void thePatchIsTheOneThatAsks() {
        TrainedModel trained = model(VIT, "mae", 1);
        Tensor image = torch.rand(1, 3, 32, 32);
        float[] one = AttentionMaps.gaze(trained, "a", image, 1).encoder();
        float[] two = AttentionMaps.gaze(trained, "a", image, 2).encoder();
        assertThat(one)
                .isNotEqualTo(two)
                .isEqualTo(AttentionMaps.gaze(trained, "a", image, 1).encoder());
    }

    @Test
    void runsWithOtherGridsStandBelowEachOther() throws IOException {
        Path image = folder.resolve("scene.png");
        ImageIO.write(Pixels.of(new SceneGenerator(48).generate(1, 2).image()), "png", image.toFile());
        Path vit = write("vit", VIT), conv = write("conv", CONV_VIT);

        BufferedImage sheet = AttentionMaps.draw(List.of(vit, conv), image, 3, 0);
        assertThat(sheet.getWidth()).isGreaterThan(3 * 224);
        assertThat(sheet.getHeight()).isGreaterThan(2 * 224);
        assertThatThrownBy(() -> AttentionMaps.draw(List.of(conv, vit), image, 3, 0))
                .hasMessage("patch 3,0 is none of conv.safetensors: it has columns 0 to 1 and rows 0 to 1");
    }

    private Path write(String name, String backbone) {
        TrainedModel trained = model(backbone, "mae", 1);
        Path file = folder.resolve(name + ".safetensors");
        try {
            var configuration = new YAMLMapper().readTree(RecipeWriter.write(trained.recipe()));
            new ModelFile(
                            new ModelCard("mae", "pretrain", configuration, List.of(), 1),
                            trained.model().state())
                    .write(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    private static TrainedModel model(String backbone, String objective, int decoderDepth) {
        PretrainRecipe recipe = (PretrainRecipe) RecipeReader.parse(
                RUN.formatted(backbone, objective, decoderDepth), "test", RecipeReader.Overrides.NONE);
        Layer model = recipe.objective().build(recipe.backbone());
        model.eval();
        return new TrainedModel(recipe, List.of(), model);
    }

    /** Without queries and keys every logit is 0. */
    private static void silence(Layer model, String qkv) {
        try (NoGrad off = new NoGrad()) {
            model.state().get(qkv + ".weight").zero_();
            model.state().get(qkv + ".bias").zero_();
        }
    }

    private static double sum(float[] shares) {
        double sum = 0;
        for (float share : shares) {
            sum += share;
        }
        return sum;
    }
}
