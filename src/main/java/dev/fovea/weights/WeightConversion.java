package dev.fovea.weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * {@code fovea weights convert}: any readable parameter file to safetensors, names and metadata kept, or to Flax's msgpack. A
 * Flax file that went through safetensors comes back as it was.
 */
public final class WeightConversion {
    private static final String SUFFIX = ".safetensors";
    private static final String FLAX_SUFFIX = ".msgpack";

    private WeightConversion() {}

    /** Writes the model's tensors of {@code in} to {@code out} and gives back how many there were. */
    public static int convert(Path in, Path out) {
        return convert(in, out, Names.same(), null);
    }

    /**
     * @param names renames tensors, or leaves them out
     * @param dtype what floating-point tensors become; null = as they are
     */
    public static int convert(Path in, Path out, UnaryOperator<String> names, Dtype dtype) {
        boolean flax = out.toString().endsWith(FLAX_SUFFIX);
        if (!flax && !out.toString().endsWith(SUFFIX)) {
            throw new IllegalArgumentException(
                    "%s: only %s and %s files are written".formatted(out, SUFFIX, FLAX_SUFFIX));
        }
        WeightFile file = WeightFile.read(in);
        Map<String, Tensor> kept = new LinkedHashMap<>();
        file.tensors().forEach((name, x) -> {
            String renamed = names.apply(name);
            if (renamed != null && kept.put(renamed, cast(x, dtype)) != null) {
                throw new WeightFileException(in, "two tensors would have the name '%s'", renamed);
            }
        });
        if (kept.isEmpty()) {
            throw new WeightFileException(
                    in, "holds no tensors%s", file.tensors().isEmpty() ? "" : " with a wanted name");
        }
        if (flax) {
            boolean whole = kept.keySet().equals(file.tensors().keySet());
            FlaxFile.of(kept, whole ? file.metadata().get(WeightFile.FLAX_FORM) : null)
                    .write(out);
            return kept.size();
        }
        Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
        metadata.putIfAbsent("format", "pt"); // other readers of safetensors files ask for it
        Safetensors.write(out, kept, metadata);
        return kept.size();
    }

    private static Tensor cast(Tensor x, Dtype dtype) {
        return dtype == null || !Dtype.of(x).isFloating() ? x : x.to(dtype.scalarType());
    }
}
