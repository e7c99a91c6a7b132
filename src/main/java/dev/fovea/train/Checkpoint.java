package dev.fovea.train;

import dev.fovea.weights.Safetensors;
import dev.fovea.weights.WeightFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Everything that a run needs to go on to the same bits, in one safetensors file. Random draws and the order of samples
 * follow from seed and position, so that no generator has a state to keep.
 *
 * @param model parameters and buffers
 * @param optimizer moments and the like, by the optimizer's names
 * @param average the averaged weights; empty without an average
 */
public record Checkpoint(
        RunState state,
        Map<String, Tensor> model,
        Map<String, Tensor> optimizer,
        Map<String, Tensor> average,
        Provenance provenance) {
    static final String KIND = "fovea.checkpoint";
    private static final String FORMAT = "1";
    private static final String MODEL = "model.";
    private static final String OPTIMIZER = "optimizer.";
    private static final String AVERAGE = "average.";

    /** Writes the file whole or not at all; the tensors are not copied first. */
    public void write(Path file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        model.forEach((name, x) -> tensors.put(MODEL + name, x));
        optimizer.forEach((name, x) -> tensors.put(OPTIMIZER + name, x));
        average.forEach((name, x) -> tensors.put(AVERAGE + name, x));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(KIND, FORMAT);
        metadata.putAll(state.metadata());
        metadata.put("recipe", provenance.recipe());
        metadata.put("classes", ClassList.write(provenance.classNames()));
        Safetensors.write(file, tensors, metadata);
    }

    public static Checkpoint read(Path file) {
        Map<String, String> metadata = metadata(file);
        Map<String, Tensor> tensors = Safetensors.read(file);
        return new Checkpoint(
                RunState.of(key -> text(file, metadata, key)),
                below(MODEL, tensors),
                below(OPTIMIZER, tensors),
                below(AVERAGE, tensors),
                provenance(file, metadata));
    }

    /** Whether a safetensors file is a checkpoint of a run. */
    public static boolean isCheckpoint(Path file) {
        return Safetensors.metadata(file).containsKey(KIND);
    }

    /** Where a checkpoint stands, without reading its tensors. */
    public static RunState stateOf(Path file) {
        Map<String, String> metadata = metadata(file);
        return RunState.of(key -> text(file, metadata, key));
    }

    /** The weights that a checkpoint stands for: the averaged ones where there are any. */
    public static Map<String, Tensor> weightsOf(Path file) {
        metadata(file);
        Map<String, Tensor> weights = below(MODEL, Safetensors.read(file, name -> name.startsWith(MODEL)));
        weights.putAll(below(AVERAGE, Safetensors.read(file, name -> name.startsWith(AVERAGE))));
        return weights;
    }

    /** The recipe and the classes of the run. */
    public static Provenance provenanceOf(Path file) {
        return provenance(file, metadata(file));
    }

    private static Provenance provenance(Path file, Map<String, String> metadata) {
        return new Provenance(text(file, metadata, "recipe"), ClassList.read(text(file, metadata, "classes")));
    }

    private static Map<String, String> metadata(Path file) {
        Map<String, String> metadata = Safetensors.metadata(file);
        String format = metadata.get(KIND);
        if (format == null) {
            throw new WeightFileException(file, "this is no checkpoint of a fovea run (no '%s' in its metadata)", KIND);
        }
        if (!format.equals(FORMAT)) {
            throw new WeightFileException(
                    file, "checkpoint format %s is not known; this version reads %s", format, FORMAT);
        }
        return metadata;
    }

    private static String text(Path file, Map<String, String> metadata, String key) {
        String text = metadata.get(key);
        if (text == null) {
            throw new WeightFileException(file, "the checkpoint's metadata has no '%s'", key);
        }
        return text;
    }

    private static Map<String, Tensor> below(String prefix, Map<String, Tensor> tensors) {
        Map<String, Tensor> below = new LinkedHashMap<>();
        tensors.forEach((name, x) -> {
            if (name.startsWith(prefix)) {
                below.put(name.substring(prefix.length()), x);
            }
        });
        return below;
    }
}
