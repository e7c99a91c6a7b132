package dev.fovea.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A parameter file of any kind that can be read, told by its first bytes.
 *
 * @param tensors the parameters of the model by name; of a PyTorch file those of its state dict, of a Flax file all arrays
 * @param metadata texts that came with them; of a PyTorch file the other top-level values, as JSON; of a Flax file its form
 */
public record WeightFile(Kind kind, Map<String, Tensor> tensors, Map<String, String> metadata) {
    /** Under this key the metadata says what a Flax file holds besides its arrays. */
    static final String FLAX_FORM = "flax.form";

    /** File formats. */
    public enum Kind {
        SAFETENSORS,
        TORCH_ZIP,
        TORCH_STREAM,
        /** Maps in msgpack, as {@code flax.serialization} writes them. */
        FLAX;

        public static Kind of(Path file) {
            byte[] start;
            try (InputStream in = Files.newInputStream(file)) {
                start = in.readNBytes(9);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file + ": " + e, e);
            }
            if (start.length >= 4 && start[0] == 'P' && start[1] == 'K' && start[2] == 3 && start[3] == 4) {
                return TORCH_ZIP;
            }
            if (start.length == 9 && start[8] == '{') {
                return SAFETENSORS;
            }
            if (start.length >= 2 && (start[0] & 0xff) == 0x80) {
                return TORCH_STREAM;
            }
            if (start.length >= 2 && startsMap(start[0] & 0xff)) {
                return FLAX;
            }
            throw new WeightFileException(
                    file,
                    "neither a safetensors file nor a PyTorch nor a Flax file (%d bytes)",
                    file.toFile().length());
        }

        /** An empty map, 0x80, is how a pickle starts as well, and no checkpoint. */
        private static boolean startsMap(int first) {
            return first > 0x80 && first <= 0x8f || first == 0xde || first == 0xdf;
        }
    }

    public static WeightFile read(Path file) {
        Kind kind = Kind.of(file);
        if (kind == Kind.SAFETENSORS) {
            return new WeightFile(kind, Safetensors.read(file), Safetensors.metadata(file));
        }
        if (kind == Kind.FLAX) {
            FlaxFile flax = FlaxFile.read(file);
            return new WeightFile(kind, flax.tensors(), Map.of(FLAX_FORM, flax.skeleton()));
        }
        TorchFile torch = TorchFile.read(file);
        return new WeightFile(kind, torch.stateDict(), TorchValues.outsideOfTensors(torch.root()));
    }
}
