package dev.fovea.weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code fovea weights convert}: any readable parameter file to safetensors, names and metadata kept. */
public final class WeightConversion {
    private static final String SUFFIX = ".safetensors";

    private WeightConversion() {}

    /** Writes the model's tensors of {@code in} to {@code out} and gives back how many there were. */
    public static int convert(Path in, Path out) {
        if (!out.toString().endsWith(SUFFIX)) {
            throw new IllegalArgumentException("%s: only %s files are written".formatted(out, SUFFIX));
        }
        WeightFile file = WeightFile.read(in);
        if (file.tensors().isEmpty()) {
            throw new WeightFileException(in, "holds no tensors");
        }
        Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
        metadata.putIfAbsent("format", "pt"); // other readers of safetensors files ask for it
        Safetensors.write(out, file.tensors(), metadata);
        return file.tensors().size();
    }
}
