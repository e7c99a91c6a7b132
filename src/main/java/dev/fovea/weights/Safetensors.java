package dev.fovea.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Shapes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * The safetensors format (huggingface/safetensors): a JSON header and raw tensors. Files are read through memory maps
 * and written atomically; tensors read here own their memory.
 */
public final class Safetensors {
    private static final long CHUNK = 1L << 30;
    /** Below this a read is cheaper, and a file of thousands of small tensors stays clear of the limit on maps. */
    private static final long WORTH_A_MAP = 1L << 20;

    private Safetensors() {}

    /** All tensors by name, in the order of the header. */
    public static Map<String, Tensor> read(Path file) {
        return read(file, name -> true);
    }

    /** The tensors whose names are wanted, in the order of the header; the others are not read. */
    public static Map<String, Tensor> read(Path file, Predicate<String> wanted) {
        Natives.start();
        try (FileChannel channel = open(file)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (TensorEntry entry : SafetensorsHeader.read(file, channel).entries()) {
                if (wanted.test(entry.name())) {
                    tensors.put(entry.name(), tensor(channel, entry));
                }
            }
            return tensors;
        } catch (IOException e) {
            throw cannotRead(file, e);
        }
    }

    /** What the file holds, without reading any tensor. */
    public static List<TensorEntry> entries(Path file) {
        return header(file).entries();
    }

    /** The texts of the header's metadata; empty when there are none. */
    public static Map<String, String> metadata(Path file) {
        return header(file).metadata();
    }

    private static SafetensorsHeader header(Path file) {
        try (FileChannel channel = open(file)) {
            return SafetensorsHeader.read(file, channel);
        } catch (IOException e) {
            throw cannotRead(file, e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    private static UncheckedIOException cannotRead(Path file, IOException e) {
        return new UncheckedIOException("cannot read " + file + ": " + e, e);
    }

    private static Tensor tensor(FileChannel channel, TensorEntry entry) throws IOException {
        Tensor x =
                torch.empty(entry.shape(), new TensorOptions(entry.dtype().scalarType()), new MemoryFormatOptional());
        long count = entry.end() - entry.begin();
        if (count < WORTH_A_MAP) {
            SafetensorsHeader.fill(channel, entry.begin(), bytes(x, 0, count));
            return x;
        }
        for (long at = 0; at < count; at += CHUNK) {
            long length = Math.min(CHUNK, count - at);
            bytes(x, at, length).put(channel.map(FileChannel.MapMode.READ_ONLY, entry.begin() + at, length));
        }
        return x;
    }

    private static ByteBuffer bytes(Tensor contiguous, long from, long count) {
        if (count == 0) {
            return ByteBuffer.allocate(0); // an empty tensor has no memory
        }
        return new BytePointer(contiguous.data_ptr())
                .position(from)
                .limit(from + count)
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes the tensors, contiguous and on the CPU, with no metadata. */
    public static void write(Path file, Map<String, Tensor> tensors) {
        write(file, tensors, Map.of());
    }

    /**
     * Writes the tensors and the metadata; the file appears whole or not at all. The header keeps the map's order; the
     * data is laid out by falling element size, so that every tensor is aligned for readers that do not copy.
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        List<String> layout = new ArrayList<>(tensors.keySet());
        layout.sort(Comparator.comparingInt(name -> -Dtype.of(tensors.get(name)).bytes()));
        byte[] header = header(tensors, metadata, layout);
        AtomicFile.write(file, channel -> {
            ByteBuffer prefix = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, prefix.putLong(header.length).put(header).flip());
            for (String name : layout) {
                writeTensor(channel, tensors.get(name));
            }
        });
    }

    private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata, List<String> layout) {
        Map<String, long[]> offsets = new HashMap<>();
        long position = 0;
        for (String name : layout) {
            Tensor x = tensors.get(name);
            long end = position + x.numel() * Dtype.of(x).bytes();
            offsets.put(name, new long[] {position, end});
            position = end;
        }
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = root.putObject(SafetensorsHeader.METADATA);
            metadata.forEach(texts::put);
        }
        tensors.forEach((name, x) -> {
            ObjectNode entry = root.putObject(name).put("dtype", Dtype.of(x).name());
            fill(entry.putArray("shape"), Shapes.of(x));
            fill(entry.putArray("data_offsets"), offsets.get(name));
        });
        try {
            return padded(json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("tensor names or metadata cannot be written as JSON", e);
        }
    }

    private static void fill(ArrayNode array, long... values) {
        for (long value : values) {
            array.add(value);
        }
    }

    /** Spaces up to a multiple of eight keep the data aligned. */
    private static byte[] padded(byte[] header) {
        byte[] padded = Arrays.copyOf(header, (header.length + 7) / 8 * 8);
        Arrays.fill(padded, header.length, padded.length, (byte) ' ');
        return padded;
    }

    private static void writeTensor(FileChannel channel, Tensor x) throws IOException {
        try (Tensor data = x.detach().cpu().contiguous()) {
            long count = data.numel() * Dtype.of(data).bytes();
            for (long at = 0; at < count; at += CHUNK) {
                writeAll(channel, bytes(data, at, Math.min(CHUNK, count - at)));
            }
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
