package dev.fovea.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VisionTransformer;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.augment.Normalize;
import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherTest {
    private static final Size SIZE = Size.square(16);

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Natives.start();
    }

    @Test
    void filesOfOpenAiHuggingFaceAndOpenClipGiveTheSameFeatures() {
        Map<String, Tensor> openAi = halfExact(ClipFiles.openAi());
        Path script = folder.resolve("ViT-tiny.pt"), huggingFace = folder.resolve("model.safetensors");
        Path openClip = folder.resolve("open_clip.safetensors");
        ClipFiles.writeTorchScript(openAi, script);
        Safetensors.write(huggingFace, ClipFiles.huggingFace(openAi), Map.of());
        Map<String, Tensor> parallel = new LinkedHashMap<>();
        openAi.forEach((name, x) -> parallel.put("module." + name, x));
        Safetensors.write(openClip, parallel, Map.of());

        for (Size size : List.of(SIZE, new Size(24, 16))) {
            Tensor pixels = torch.rand(2, 3, size.height(), size.width());
            Tensor expected = clip(openAi, size).features(pixels).patches();
            for (Path file : List.of(script, huggingFace, openClip)) {
                Tensor features = ClipFiles.spec(file.toString(), size)
                        .build()
                        .features(pixels)
                        .patches();
                assertThat(Tensors.toFloats(features)).as("%s, %s", file, size).isEqualTo(Tensors.toFloats(expected));
            }
        }
    }

    @Test
    void clipGivesOneVectorPerPatchAndNoGradient() {
        ClipSpec spec = ClipFiles.spec("", new Size(16, 24));
        PatchFeatures features = clip(ClipFiles.openAi(), spec.imageSize()).features(torch.rand(2, 3, 16, 24));
        assertThat(Shapes.of(features.patches())).containsExactly(2, 24, ClipFiles.DIM);
        assertThat(features.grid()).isEqualTo(new Size(4, 6)).isEqualTo(spec.grid());
        assertThat(features.patches().requires_grad()).isFalse();
    }

    @Test
    void clipFeaturesDependOnTheActivation() {
        ClipSpec quick = ClipFiles.spec("", SIZE);
        ClipSpec exact = new ClipSpec("", SIZE, 4, ClipFiles.WIDTH, 2, 2, ClipFiles.DIM, false);
        Map<String, Tensor> file = ClipFiles.openAi();
        Tensor pixels = pixels();
        Tensor a = new Clip(quick, quick.tower(file, "")).features(pixels).patches();
        Tensor b = new Clip(exact, exact.tower(file, "")).features(pixels).patches();
        assertThat(Tensors.item(a.sub(b).abs().max())).isGreaterThan(1e-3);
    }

    @Test
    void aFileWithoutAnImageTowerAndOneOfAnotherSizeAreRefused() {
        assertThatThrownBy(() -> ClipFiles.spec("", SIZE).tower(Map.of("head.weight", Tensors.zeros(1)), "a.pt"))
                .hasMessage("a.pt holds no image tower of CLIP: there is neither visual.conv1.weight nor"
                        + " vision_model.embeddings.patch_embedding.weight among its names");
        ClipSpec wider = new ClipSpec("", SIZE, 4, 32, 2, 2, ClipFiles.DIM, true);
        assertThatThrownBy(() -> wider.tower(ClipFiles.openAi(), "a.pt"))
                .hasMessageStartingWith("a.pt does not fit the model: ")
                .hasMessageContaining("cls_token 16 -> 1x1x32");
        assertThatThrownBy(() -> clip(ClipFiles.openAi(), SIZE).features(torch.rand(1, 3, 16, 20)))
                .hasMessage("the teacher was built for images of 16x16, not for a batch of 1x3x16x20");
    }

    @Test
    void dinoReadsOfficialAndHuggingFaceNamesAndFullCheckpoints() {
        DinoSpec spec = new DinoSpec("", SIZE, 4, 16, 2, 2, 4);
        VisionTransformer network = vit();
        Map<String, Tensor> official = network.state();
        Map<String, Tensor> full = new HashMap<>(Map.of("head.mlp.0.weight", Tensors.zeros(2)));
        official.forEach((name, x) -> full.put("module.backbone." + name, x));

        Tensor pixels = pixels();
        Tensor expected =
                new FrozenBackbone(network, Normalize.IMAGENET).features(pixels).patches();
        for (Map<String, Tensor> file :
                List.of(official, full, huggingFaceVit(official, ""), huggingFaceVit(official, "vit."))) {
            Tensor features = new FrozenBackbone(spec.network(file, "a.pth"), Normalize.IMAGENET)
                    .features(pixels)
                    .patches();
            assertThat(Tensors.toFloats(features)).isEqualTo(Tensors.toFloats(expected));
        }
        assertThat(Shapes.of(spec.network(official, "").state().get("pos_embed")))
                .containsExactly(1, 17, 16);
        DinoSpec larger = new DinoSpec("", new Size(24, 16), 4, 16, 2, 2, 4);
        assertThat(Shapes.of(larger.network(official, "").state().get("pos_embed")))
                .containsExactly(1, 25, 16);
    }

    @Test
    void normalisedFeaturesHaveMeanZeroAndVarianceOnePerPatch() {
        Tensor patches = torch.rand(2, 3, 50);
        Tensor normalised =
                new PatchFeatures(patches, new Size(1, 3)).normalised().patches();
        assertThat(Tensors.item(normalised.mean(2).abs().max())).isLessThan(1e-5);
        assertThat(Tensors.item(normalised.square().mean(2).min())).isBetween(0.999, 1.001);
    }

    @Test
    void aStudentWithAnotherGridIsToldTheImageSizeThatFits() {
        ClipSpec teacher = new ClipSpec("", Size.square(224), 14, 1024, 24, 16, 768, true);
        teacher.requireGrid(Size.square(16));
        assertThatThrownBy(() -> teacher.requireGrid(Size.square(14)))
                .hasMessage("teacher imageSize 224x224 with patchSize 14 is a grid of 16x16, the student's grid is"
                        + " 14x14: an imageSize of 196x196 would fit");
    }

    @Test
    void pixelsAreNormalisedAsImagesAreAndBroughtBack() {
        Tensor pixels = pixels();
        Tensor normalised = Normalize.CLIP.of(pixels);
        assertThat(Tensors.item(normalised
                        .select(1, 2)
                        .sub(pixels.select(1, 2).sub(scalar(0.40821073)).div(scalar(0.27577711)))
                        .abs()
                        .max()))
                .isLessThan(1e-6);
        assertThat(Tensors.item(
                        Normalize.CLIP.undo(normalised).sub(pixels).abs().max()))
                .isLessThan(1e-6);
        assertThat(Tensors.item(Normalize.CLIP.undo(normalised.mul(scalar(9))).max()))
                .isEqualTo(1);
    }

    private static Scalar scalar(double value) {
        return new Scalar(value);
    }

    private static Tensor pixels() {
        torch.manual_seed(11);
        return torch.rand(2, 3, 16, 16);
    }

    private static Clip clip(Map<String, Tensor> file, Size size) {
        ClipSpec spec = ClipFiles.spec("", size);
        return new Clip(spec, spec.tower(file, "a.pt"));
    }

    private static VisionTransformer vit() {
        return new VitSpec(SIZE, 4, 16, 2, 2, 4, 0, true, PosEmbed.LEARNED, List.of()).build(Use.PROBE);
    }

    /** Weights that half precision holds exactly. */
    private static Map<String, Tensor> halfExact(Map<String, Tensor> file) {
        file.replaceAll((name, x) -> x.to(ScalarType.Half).to(ScalarType.Float));
        return file;
    }

    private static Map<String, Tensor> huggingFaceVit(Map<String, Tensor> official, String prefix) {
        Map<String, Tensor> file = new HashMap<>();
        official.forEach((name, x) -> {
            String theirs = name.replaceFirst("^cls_token", "embeddings.cls_token")
                    .replaceFirst("^pos_embed", "embeddings.position_embeddings")
                    .replaceFirst("^patch_embed.proj", "embeddings.patch_embeddings.projection")
                    .replaceFirst("^norm\\.", "layernorm.")
                    .replaceFirst("^blocks\\.", "encoder.layer.")
                    .replace("norm1", "layernorm_before")
                    .replace("norm2", "layernorm_after")
                    .replace("attn.proj", "attention.output.dense")
                    .replace("mlp.fc1", "intermediate.dense")
                    .replace("mlp.fc2", "output.dense");
            if (theirs.contains("attn.qkv")) {
                List<String> parts = List.of("query", "key", "value");
                for (int i = 0; i < 3; i++) {
                    String part = theirs.replace("attn.qkv", "attention.attention." + parts.get(i));
                    file.put(prefix + part, x.narrow(0, 16L * i, 16));
                }
            } else {
                file.put(prefix + theirs, x);
            }
        });
        return file;
    }
}
