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
 * @param tensors the parameters of the model by name; of a PyTorch file those of its state dict
 * @param metadata texts that came with them; of a PyTorch file the other top-level values, as JSON
 */
public record WeightFile(Kind kind, Map<String, Tensor> tensors, Map<String, String> metadata) {
    /** File formats. */
    public enum Kind {
        SAFETENSORS,
        TORCH_ZIP,
        TORCH_STREAM;

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
            throw new WeightFileException(
                    file,
                    "neither a safetensors file nor a PyTorch file (%d bytes)",
                    file.toFile().length());
        }
    }

    public static WeightFile read(Path file) {
        Kind kind = Kind.of(file);
        if (kind == Kind.SAFETENSORS) {
            return new WeightFile(kind, Safetensors.read(file), Safetensors.metadata(file));
        }
        TorchFile torch = TorchFile.read(file);
        return new WeightFile(kind, torch.stateDict(), TorchValues.outsideOfTensors(torch.root()));
    }
}
