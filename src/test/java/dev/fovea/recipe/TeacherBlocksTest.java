package dev.fovea.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.teacher.ClipSpec;
import dev.fovea.teacher.DinoSpec;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.PatchFeatures;
import dev.fovea.teacher.TargetSource;
import dev.fovea.teacher.TeacherSpec;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.ModelCard;
import dev.fovea.weights.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blocks that name teachers, and a run of this program as a teacher. */
class TeacherBlocksTest {
    private static final String RUN =
            """
            stage: pretrain
            name: first
            data: {source: {kind: scenes, train: 8, val: 4}, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}
            augment: {crop: {type: resized, scale: [0.2, 1]}}
            backbone: %s
            objective: {type: mae, decoder: {dim: 8, depth: 1, heads: 2}}
            optimizer: {type: adamw, baseLr: 1.5e-4, betas: [0.9, 0.95]}
            schedule: {type: cosine, length: 4 steps, warmup: 1 step}
            run: {globalBatch: 8, microBatch: 8}
            """;
    private static final String VIT =
            "{type: vit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2, dropPath: 0.5}";
    private static final String CONV_VIT =
            "{type: convvit, imageSize: 32, dims: [4, 8, 16], depths: [1, 1, 2], heads: 2}";
    private static final String HIVIT =
            "{type: hivit, imageSize: 32, dim: 16, depths: [1, 1, 2], heads: 2, relativePosition: true, neck: {kind: mlp, dim: 8, depth: 1, mlpRatio: 2}}";
    private static final String BEIT =
            "{type: beit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2, relativePosition: shared}";

    @TempDir
    Path folder;

    @Test
    void presetsAreThePublishedSizes() {
        assertThat(teacher("{type: clip, preset: b16, from: a.pt}"))
                .isEqualTo(new ClipSpec("a.pt", Size.square(224), 16, 768, 12, 12, 512, true));
        assertThat(teacher("{type: clip, preset: l14, from: a.pt, imageSize: 196, quickGelu: false}"))
                .isEqualTo(new ClipSpec("a.pt", Size.square(196), 14, 1024, 24, 16, 768, false));
        assertThat(teacher("{type: dino, preset: s8, from: a.pth}"))
                .isEqualTo(new DinoSpec("a.pth", Size.square(224), 8, 384, 12, 6, 4));
        assertThat(bound("{type: ema}", TargetSource.class)).isEqualTo(new EmaSpec(0.996));
        assertThat(bound("{type: dino, preset: b16, from: a.pth}", TargetSource.class))
                .isInstanceOf(TeacherSpec.class);
    }

    @Test
    void whereAFrozenTeacherIsNeededTheAverageIsRefused() {
        assertThatThrownBy(() -> teacher("{type: ema}"))
                .hasMessage("test, type: 'ema' is none of clip, dino, run, pixels");
    }

    @Test
    void aRunTeachesWithItsBackboneAndItsNormalisation() throws IOException {
        for (String backbone : List.of(VIT, CONV_VIT, HIVIT, BEIT)) {
            PretrainRecipe recipe =
                    (PretrainRecipe) RecipeReader.parse(RUN.formatted(backbone), "r", RecipeReader.Overrides.NONE);
            PretrainModel model = write(recipe);

            TeacherSpec spec = teacher("{type: run, from: '%s'}".formatted(folder));
            assertThat(spec.imageSize()).isEqualTo(Size.square(32));
            assertThat(spec.patchSize()).isEqualTo(model.backbone().tokenStride());
            assertThat(spec.dim()).isEqualTo(16);
            Tensor pixels = torch.rand(2, 3, 32, 32);
            PatchFeatures features = spec.build().features(pixels);

            model.eval();
            try (NoGrad off = new NoGrad()) {
                Tensor images = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25)).of(pixels);
                Tensor tokens = model.backbone().tokens(images);
                int prefix = model.backbone().prefixTokens();
                Tensor patches = tokens.narrow(1, prefix, tokens.size(1) - prefix);
                assertThat(Tensors.toFloats(features.patches())).isEqualTo(Tensors.toFloats(patches));
            }
            assertThat(features.grid()).isEqualTo(spec.grid());
        }
    }

    /** Whatever it was trained for: what its objective added is left in the file. */
    @Test
    void aRunOfAnyObjectiveTeaches() throws IOException {
        String mae = "{type: mae, decoder: {dim: 8, depth: 1, heads: 2}}";
        String clusters = "{hidden: 8, bottleneck: 4, prototypes: 6, temperature: 0.1, sharpening: 0.05, rounds: 3,"
                + " weight: 1, entropyWeight: 1}";
        Map<String, String> objectives = Map.of(
                "{type: convmae, decoder: {dim: 8, depth: 1, heads: 2}}",
                CONV_VIT,
                "{type: itpn, decoder: {dim: 16, depth: 1, heads: 2}}",
                HIVIT,
                "{type: loca, heads: 2, clusters: %s}".formatted(clusters),
                VIT);
        for (Map.Entry<String, String> each : objectives.entrySet()) {
            String yaml = RUN.formatted(each.getValue()).replace(mae, each.getKey());
            if (each.getKey().contains("loca")) {
                yaml = yaml.replace(
                        "{crop: {type: resized, scale: [0.2, 1]}}",
                        "{type: views, reference: {scale: [0.3, 1]}, queries: [{count: 1, size: 16, scale: [0.1, 0.3]}]}");
            }
            write((PretrainRecipe) RecipeReader.parse(yaml, "r", RecipeReader.Overrides.NONE));
            PatchFeatures features =
                    teacher("{type: run, from: '%s'}".formatted(folder)).build().features(torch.rand(2, 3, 32, 32));
            assertThat(Shapes.of(features.patches()))
                    .as(each.getKey())
                    .containsExactly(2, features.grid().area(), 16);
        }
    }

    @Test
    void aRunThatHasNotEndedIsRefused() {
        TeacherSpec spec = teacher("{type: run, from: '%s'}".formatted(folder));
        assertThatThrownBy(spec::build)
                .hasMessage("from %s: there is no %s; a teacher is a run that has ended"
                        .formatted(folder, folder.resolve("model.safetensors")));
    }

    @Test
    void aRunOfAnotherStageIsRefused() throws IOException {
        String probe = RUN.formatted(VIT)
                .replace("stage: pretrain", "stage: linear-probe")
                .replaceFirst("(?m)^augment: .*$", "augment: {}")
                .replaceFirst("(?m)^objective: .*$", "init: {from: elsewhere}\nhead: {pooling: mean}");
        Recipe recipe = RecipeReader.parse(probe, "r", RecipeReader.Overrides.NONE);
        write(recipe, Map.of("head.weight", Tensors.zeros(1)));
        TeacherSpec spec = teacher("{type: run, from: '%s'}".formatted(folder));
        assertThatThrownBy(spec::dim)
                .hasMessage("from %s is a run of stage linear-probe; a teacher is a run of stage pretrain"
                        .formatted(folder));
    }

    private PretrainModel write(PretrainRecipe recipe) throws IOException {
        PretrainModel model = recipe.objective().build(recipe.backbone());
        write(recipe, model.state());
        return model;
    }

    private void write(Recipe recipe, Map<String, Tensor> tensors) throws IOException {
        Path file = folder.resolve("model.safetensors");
        Files.deleteIfExists(file);
        var configuration = Yaml.parse(RecipeWriter.write(recipe), "");
        new ModelFile(new ModelCard("any", "any", configuration, List.of(), 1), tensors).write(file);
    }

    private static TeacherSpec teacher(String yaml) {
        return (TeacherSpec) bound(yaml, TeacherSpec.class);
    }

    private static Object bound(String yaml, Class<?> place) {
        return new RecordBinder("test").bind(Yaml.parse(yaml, ""), place);
    }
}
