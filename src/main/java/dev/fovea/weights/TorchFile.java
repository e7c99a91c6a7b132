package dev.fovea.weights;

import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A PyTorch file ({@code .pth}, {@code .pt}, {@code .bin}): zip archives, the stream format from before PyTorch 1.6, and
 * TorchScript archives, whose objects become plain maps and whose code is never read. Nothing in a file can make this
 * class build anything but tensors and plain values.
 */
public final class TorchFile {
    private static final int DEEPEST = 100;
    private static final int MOST_VALUES = 10_000_000;
    private static final int LONGEST_NAME = 1 << 16;
    private static final long MOST_NAMES = 1L << 26;

    private final Path file;
    private final Object root;

    private TorchFile(Path file, Object root) {
        this.file = file;
        this.root = root;
    }

    public static TorchFile read(Path file) {
        Natives.start();
        try {
            return new TorchFile(file, isZip(file) ? TorchZip.read(file) : TorchStream.read(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e, e);
        }
    }

    private static boolean isZip(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4;
        }
    }

    /**
     * What was saved: Map, List, Set, Tensor, String, Long (or BigInteger), Double, Boolean, {@code byte[]} or null.
     * Tuples are unmodifiable lists, namespaces and objects are maps of their attributes.
     */
    public Object root() {
        return root;
    }

    /** The root as a map; fails when something else was saved. */
    public Map<?, ?> map() {
        if (root instanceof Map<?, ?> map) {
            return map;
        }
        throw new WeightFileException(file, "holds no dictionary at its top, but %s", kind(root));
    }

    /** Every tensor of the file under its dotted path ({@code model.cls_token}, {@code optimizer.state.0.exp_avg}). */
    public Map<String, Tensor> tensors() {
        return tensorsBelow(root);
    }

    /** The tensors below one key of the root ({@code model}), their names without it. */
    public Map<String, Tensor> tensorsAt(String key) {
        if (!map().containsKey(key)) {
            throw new WeightFileException(file, "no key '%s' among %s", key, map().keySet());
        }
        return tensorsBelow(map().get(key));
    }

    /**
     * The parameters of the model: the tensors below the first of the usual keys ({@code model}, {@code state_dict},
     * …) that holds a dictionary, or all tensors when the root itself is the state dict.
     */
    public Map<String, Tensor> stateDict() {
        if (root instanceof Map<?, ?> map) {
            for (String key : List.of("model", "state_dict", "module", "model_state_dict", "teacher")) {
                if (map.get(key) instanceof Map<?, ?> inner) {
                    return tensorsBelow(inner);
                }
            }
        }
        return tensors();
    }

    private Map<String, Tensor> tensorsBelow(Object value) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        new Walk(tensors).visit("", value, 0);
        return tensors;
    }

    private static String kind(Object value) {
        return value == null ? "None" : "a value of type " + value.getClass().getSimpleName();
    }

    /** A pickle can hold itself, or share parts so that walking it takes for ever: both are bounded. */
    private final class Walk {
        private final Map<String, Tensor> tensors;
        private final Budget names = new Budget("characters of tensors' names", MOST_NAMES);
        private int visited;

        private Walk(Map<String, Tensor> tensors) {
            this.tensors = tensors;
        }

        private void visit(String path, Object value, int depth) {
            if (depth > DEEPEST || ++visited > MOST_VALUES) {
                throw new WeightFileException(
                        file, "nested deeper than %d levels, or more than %d values", DEEPEST, MOST_VALUES);
            }
            if (value instanceof Tensor tensor) {
                add(path, tensor);
            } else if (value instanceof Map<?, ?> map) {
                map.forEach((key, inner) -> visit(join(path, String.valueOf(key)), inner, depth + 1));
            } else if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    visit(join(path, String.valueOf(i)), list.get(i), depth + 1);
                }
            }
        }

        private void add(String path, Tensor tensor) {
            try {
                names.take(path.length());
            } catch (IllegalArgumentException e) {
                throw new WeightFileException(file, "%s", e.getMessage());
            }
            if (tensors.put(path.isEmpty() ? "tensor" : path, tensor) != null) {
                throw new WeightFileException(file, "two tensors have the name '%s'", path);
            }
        }

        private String join(String path, String step) {
            if (path.length() + step.length() >= LONGEST_NAME) {
                throw new WeightFileException(file, "a name of %d characters or more", LONGEST_NAME);
            }
            return path.isEmpty() ? step : path + "." + step;
        }
    }
}
