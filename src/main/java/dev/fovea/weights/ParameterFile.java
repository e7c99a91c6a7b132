package dev.fovea.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The parameters in a file of either kind, told apart by content: safetensors, or a PyTorch file.
 *
 * @param format {@code safetensors} or {@code PyTorch}
 * @param metadata the texts of a safetensors header
 */
public record ParameterFile(String format, Map<String, Tensor> tensors, Map<String, String> metadata) {
    public static ParameterFile read(Path file) {
        if (isSafetensors(file)) {
            return new ParameterFile("safetensors", Safetensors.read(file), Safetensors.metadata(file));
        }
        return new ParameterFile("PyTorch", TorchFile.read(file).stateDict(), Map.of());
    }

    /** The parameters below one key of a PyTorch file, such as {@code model_ema}. */
    public static ParameterFile read(Path file, String key) {
        if (isSafetensors(file)) {
            String prefix = key + ".";
            Map<String, Tensor> below = new LinkedHashMap<>();
            Safetensors.read(file, name -> name.startsWith(prefix))
                    .forEach((name, x) -> below.put(name.substring(prefix.length()), x));
            if (below.isEmpty()) {
                throw new WeightFileException(file, "no tensor's name starts with '%s'", prefix);
            }
            return new ParameterFile("safetensors", below, Safetensors.metadata(file));
        }
        return new ParameterFile("PyTorch", TorchFile.read(file).tensorsAt(key), Map.of());
    }

    /** A safetensors file is a length of eight bytes and then a JSON object. */
    public static boolean isSafetensors(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(9);
            return start.length == 9 && start[8] == '{';
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e, e);
        }
    }
}
