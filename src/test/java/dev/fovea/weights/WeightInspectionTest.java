package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightInspectionTest {
    private static final Path PARITY = Path.of("src/test/resources/parity");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "mae/mae_train/weights.safetensors, MAE_PRETRAIN",
        "mae/mae_classifier_gap/weights.safetensors, VIT_CLASSIFIER",
        "convmae/convmae_train/weights.safetensors, CONVMAE_PRETRAIN",
        "convmae/convmae_classifier_gap/weights.safetensors, CONVMAE",
        "convmae/convmae_seg_backbone/weights.safetensors, CONVMAE",
        "beitv2/clip_teacher/weights.safetensors, CLIP",
        "beitv2/dino_teacher/weights.safetensors, VIT",
        "checkpoints/beitv2_legacy/checkpoint_legacy.pth, BEIT2_PRETRAIN",
        "checkpoints/beitv2_zip/checkpoint_zip.pth, BEIT",
        "checkpoints/beitv2_tokenizer/vqkd_checkpoint.pth, BEIT2_TOKENIZER"
    })
    void filesOfTheReferencesAreRecognised(String file, KnownSource source) {
        assertThat(WeightInspection.of(PARITY.resolve(file)).source()).isEqualTo(source.description());
    }

    @Test
    void wrappersDoNotHideASource() {
        assertThat(KnownSource.of(Set.of("module.visual.conv1.weight", "module.visual.class_embedding")))
                .contains(KnownSource.CLIP);
        assertThat(KnownSource.of(
                        Set.of("vision_model.embeddings.patch_embedding.weight", "vision_model.pre_layrnorm.weight")))
                .contains(KnownSource.CLIP_HUGGING_FACE);
        Set<String> dinov2 = Set.of("module.blocks.0.ls1.gamma", "module.patch_embed.proj.weight");
        assertThat(KnownSource.of(dinov2)).contains(KnownSource.DINOV2);
        assertThat(KnownSource.of(Set.of("layer1.conv.weight"))).isEqualTo(Optional.empty());
    }

    @Test
    void aPyTorchFileIsListedWithItsOtherValues() {
        WeightInspection inspection = WeightInspection.of(PARITY.resolve("checkpoints/beitv2_zip/checkpoint_zip.pth"));

        assertThat(inspection.kind()).isEqualTo(WeightFile.Kind.TORCH_ZIP);
        assertThat(inspection.metadata())
                .containsEntry("epoch", "3")
                .containsKey("args")
                .doesNotContainKey("model");
        assertThat(inspection.tensors())
                .contains(new WeightInspection.Row("cls_token", Dtype.F32, "1x1x16", 16))
                .noneMatch(row -> row.name().startsWith("optimizer"));
        assertThat(inspection.text())
                .contains("torch zip, BEiT or BEiT v2 backbone or classifier (microsoft/unilm)")
                .contains("  epoch: 3")
                .containsPattern("head\\.bias +F32 6");
    }

    @Test
    void integersAreNoParameters() {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, Map.of("w", Tensors.ones(2, 3), "step", Tensors.of(new long[] {1}, 1)));

        WeightInspection inspection = WeightInspection.of(file);

        assertThat(inspection.parameters()).isEqualTo(6);
        assertThat(inspection.bytes()).isEqualTo(32);
        assertThat(inspection.source()).isEqualTo("unknown");
    }

    @Test
    void conversionKeepsNamesValuesAndTheOtherFacts() {
        Path in = PARITY.resolve("checkpoints/beitv2_fp16_strided/checkpoint_fp16.pth");
        Path out = folder.resolve("converted.safetensors");

        int count = WeightConversion.convert(in, out);

        Map<String, Tensor> before = TorchFile.read(in).tensorsAt("model");
        Map<String, Tensor> after = Safetensors.read(out);
        assertThat(count).isEqualTo(before.size());
        assertThat(List.copyOf(after.keySet())).isEqualTo(List.copyOf(before.keySet()));
        assertThat(after).allSatisfy((name, tensor) -> {
            assertThat(Dtype.of(tensor)).isEqualTo(Dtype.of(before.get(name)));
            assertThat(tensor.equal(before.get(name))).isTrue();
        });
        assertThat(Safetensors.metadata(out)).containsEntry("epoch", "7").containsEntry("format", "pt");
    }

    @Test
    void onlySafetensorsFilesAreWritten() {
        Path in = PARITY.resolve("mae/mae_train/weights.safetensors");
        Path out = folder.resolve("x.pth");

        assertThatThrownBy(() -> WeightConversion.convert(in, out))
                .hasMessage(out + ": only .safetensors and .msgpack files are written");
    }

    @Test
    void filesOfNoKnownKindAreNamed() throws IOException {
        Path file = folder.resolve("photo.jpg");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xd8, 1});

        assertThatThrownBy(() -> WeightInspection.of(file))
                .hasMessage(file + ": neither a safetensors file nor a PyTorch nor a Flax file (3 bytes)");
    }
}
