package dev.fovea.pretrain.beit2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.TorchFile;
import dev.fovea.weights.VqkdNames;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of the published layout, with its teacher inside, as the tokenizer of a pre-training. */
class VqkdFileTest {
    private static final Path FILE =
            Path.of("src/test/resources/parity/checkpoints/beitv2_tokenizer/vqkd_checkpoint.pth");
    private static final Normalize HALVES = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

    @TempDir
    Path folder;

    private static VqkdFile tokenizer(Path file, int side) {
        return new VqkdFile(file.toString(), Size.square(side), 4, 16, 2, 2, 4, 10, 4);
    }

    private static long[] codes(Path file, int side, Tensor pixels) {
        Tensor codes = tokenizer(file, side).build().codes(pixels);
        assertThat(Shapes.of(codes)).containsExactly(pixels.size(0), (long) side / 4 * (side / 4));
        return Tensors.toLongs(codes);
    }

    private static Tensor pixels(int side) {
        Draws.seed(3, 0);
        return torch.rand(16, 3, side, side);
    }

    @Test
    void codesAreThoseOfTheNetworkWithTheWeightsOfTheFile() {
        BeitSpec encoder = new BeitSpec(
                Size.square(8),
                4,
                16,
                2,
                2,
                4,
                0,
                0,
                BeitSpec.RelativeBias.NONE,
                true,
                BeitSpec.Form.PUBLISHED,
                List.of());
        CodeEncoder network = CodeEncoder.of(
                encoder, new QuantizerSpec(10, 4, 1, QuantizerSpec.Learning.EMA, 0.99, QuantizerSpec.Start.KMEANS, 0));
        StateLoader.strict()
                .renaming(VqkdNames::ours)
                .allowingLeft("(decoder|decode_task)\\..*")
                .allowingMissing("quantize\\.usage\\.(counts|idle)")
                .reshaping()
                .load(TorchFile.read(FILE).tensorsAt("model"), network.state(), "test");
        Tensor pixels = pixels(8);
        try (NoGrad off = new NoGrad()) {
            long[] expected = Tensors.toLongs(network.codes(HALVES.of(pixels)));
            assertThat(codes(FILE, 8, pixels)).isEqualTo(expected);
            assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(1);
        }
    }

    /** As in the released code, which resizes positions while it runs. */
    @Test
    void imagesMayHaveAnotherSizeThanTheFiles() {
        assertThat(Arrays.stream(codes(FILE, 12, pixels(12)))).allMatch(code -> code >= 0 && code < 10);
    }

    @Test
    void wrappersAreTakenOff() {
        Map<String, Tensor> wrapped = new LinkedHashMap<>();
        TorchFile.read(FILE).tensorsAt("model").forEach((name, x) -> wrapped.put("module." + name, x.contiguous()));
        Path file = folder.resolve("wrapped.safetensors");
        Safetensors.write(file, wrapped, Map.of());
        Tensor pixels = pixels(8);
        assertThat(codes(file, 8, pixels)).isEqualTo(codes(FILE, 8, pixels));
    }

    @Test
    void aFileOfAnotherKindIsNamed() {
        Path backbone = Path.of("src/test/resources/parity/checkpoints/beitv2_zip/checkpoint_zip.pth");
        assertThatThrownBy(() -> tokenizer(backbone, 8).build())
                .hasMessageMatching("tokenizer\\.from: .* is BEiT.*, which has no codebook");
    }
}
