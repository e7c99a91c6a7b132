package dev.fovea.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Tensor;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/**
 * A Flax checkpoint in its msgpack form ({@code flax.serialization}, the "legacy" files of {@code flax.training.checkpoints}):
 * nested maps of arrays and plain values. Nothing else can come out of a file.
 */
public final class FlaxFile {
    static final char SEPARATOR = '/';

    private final Map<String, Object> tree;

    private FlaxFile(Map<String, Object> tree) {
        this.tree = tree;
    }

    public static FlaxFile read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new FlaxFile(FlaxReader.read(file, channel));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e, e);
        }
    }

    /**
     * Arrays under names such as {@code params/encoder_norm/scale}.
     *
     * @param skeleton what {@link #skeleton} said of the file they come from; null = maps and arrays alone
     */
    public static FlaxFile of(Map<String, Tensor> tensors, String skeleton) {
        return new FlaxFile(
                skeleton == null
                        ? FlaxSkeleton.grown(tensors)
                        : FlaxSkeleton.parse(skeleton).filled(tensors));
    }

    /** Writes the file whole or not at all. */
    public void write(Path file) {
        write(file, FlaxWriter.MOST_BYTES);
    }

    void write(Path file, long mostBytes) {
        AtomicFile.write(file, channel -> {
            // The packer is flushed and not closed: it would close the channel, which is still to be forced to the
            // disk.
            MessagePacker packer = MessagePack.newDefaultPacker(channel);
            new FlaxWriter(packer, mostBytes).value(tree);
            packer.flush();
        });
    }

    /** Keys of the root, in the order of the file. */
    public Iterable<String> topLevel() {
        return tree.keySet();
    }

    /** All arrays, each under the keys that lead to it joined with {@code /}. */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        walk(tree, "", (path, leaf) -> {
            if (leaf instanceof FlaxArray array) {
                tensors.put(path, array.values());
            }
        });
        return tensors;
    }

    /** All whole numbers that are no arrays, such as {@code global_step}, named as the arrays are. */
    public Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        walk(tree, "", (path, leaf) -> {
            if (leaf instanceof Long number) {
                numbers.put(path, number);
            }
        });
        return numbers;
    }

    private static void walk(Map<String, Object> map, String prefix, BiConsumer<String, Object> leaves) {
        map.forEach((key, node) -> {
            if (node instanceof Map<?, ?>) {
                walk(FlaxReader.asMap(node), prefix + key + SEPARATOR, leaves);
            } else {
                leaves.accept(prefix + key, node);
            }
        });
    }

    /** Everything but the arrays' values, as JSON: with it a file can be written again as it was. */
    public String skeleton() {
        return FlaxSkeleton.of(tree).text();
    }
}
