package dev.fovea.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.fovea.tensor.Shapes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The validated header of a safetensors file: tensors in the order of the header, with absolute byte positions, and
 * the metadata. Everything is checked before a tensor is made: sizes, types, bounds, holes and overlaps.
 *
 * <p>Format: huggingface/safetensors, README "Format".
 */
record SafetensorsHeader(List<TensorEntry> entries, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    private static final long LONGEST = 100L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw new WeightFileException(file, "not a safetensors file: %d bytes, at least 8 are needed", size);
        }
        ByteBuffer prefix = filled(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN);
        long length = prefix.getLong(0);
        if (length < 2 || length > LONGEST) {
            throw new WeightFileException(
                    file, "not a safetensors file: header length %d is outside 2..%d", length, LONGEST);
        }
        if (length > size - 8) {
            throw new WeightFileException(file, "truncated: header of %d bytes in a file of %d bytes", length, size);
        }
        JsonNode root = parse(file, filled(channel, 8, (int) length));
        SafetensorsHeader header = of(file, root, 8 + length);
        header.requireTiling(file, 8 + length, size);
        return header;
    }

    private static ByteBuffer filled(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        fill(channel, position, buffer);
        return buffer.flip();
    }

    /** Reads bytes from the position on until the buffer is full. */
    static void fill(FileChannel channel, long position, ByteBuffer buffer) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            long at = position + buffer.position() - start;
            if (channel.read(buffer, at) < 0) {
                throw new IOException("the file ended at byte " + at);
            }
        }
    }

    private static JsonNode parse(Path file, ByteBuffer bytes) {
        if (bytes.get(0) != '{') {
            throw new WeightFileException(file, "not a safetensors file: the header does not start with '{'");
        }
        try {
            return JSON.readTree(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            throw new WeightFileException(file, "the header is not UTF-8");
        } catch (JsonProcessingException e) {
            throw new WeightFileException(file, "the header is not valid JSON: %s", e.getOriginalMessage());
        }
    }

    private static SafetensorsHeader of(Path file, JsonNode root, long dataStart) {
        List<TensorEntry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                readMetadata(file, field.getValue(), metadata);
            } else {
                entries.add(entry(file, field.getKey(), field.getValue(), dataStart));
            }
        }
        return new SafetensorsHeader(List.copyOf(entries), metadata);
    }

    private static void readMetadata(Path file, JsonNode node, Map<String, String> metadata) {
        boolean texts = node.isObject();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            texts &= field.getValue().isTextual();
            metadata.put(field.getKey(), field.getValue().asText());
        }
        if (!texts) {
            throw new WeightFileException(file, "%s must map texts to texts", METADATA);
        }
    }

    private static TensorEntry entry(Path file, String name, JsonNode node, long dataStart) {
        Dtype dtype = Dtype.named(node.path("dtype").asText());
        if (dtype == null) {
            throw new WeightFileException(file, "tensor '%s': unknown dtype %s", name, node.path("dtype"));
        }
        long[] shape = longs(file, name, node.path("shape"), "shape");
        long[] offsets = longs(file, name, node.path("data_offsets"), "data_offsets");
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new WeightFileException(
                    file, "tensor '%s': data_offsets %s are not [begin, end]", name, node.path("data_offsets"));
        }
        long wanted = bytes(file, name, dtype, shape);
        if (offsets[1] - offsets[0] != wanted) {
            throw new WeightFileException(
                    file,
                    "tensor '%s': %s %s takes %d bytes, data_offsets give %d",
                    name,
                    dtype,
                    Shapes.text(shape),
                    wanted,
                    offsets[1] - offsets[0]);
        }
        try {
            return new TensorEntry(
                    name, dtype, shape, Math.addExact(dataStart, offsets[0]), Math.addExact(dataStart, offsets[1]));
        } catch (ArithmeticException e) {
            throw new WeightFileException(file, "tensor '%s': data_offsets %s overflow", name, offsets[1]);
        }
    }

    private static long[] longs(Path file, String name, JsonNode node, String field) {
        boolean valid = node.isArray();
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            valid = valid && value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
            values[i] = value.asLong();
        }
        if (!valid) {
            throw new WeightFileException(
                    file, "tensor '%s': %s is %s, not a list of whole numbers from 0 up", name, field, node);
        }
        return values;
    }

    private static long bytes(Path file, String name, Dtype dtype, long[] shape) {
        try {
            long count = dtype.bytes();
            for (long side : shape) {
                count = Math.multiplyExact(count, side);
            }
            return count;
        } catch (ArithmeticException e) {
            throw new WeightFileException(file, "tensor '%s': shape %s overflows", name, Shapes.text(shape));
        }
    }

    /** The data must be covered exactly once: bytes that two tensors share, or that no tensor names, hide something. */
    private void requireTiling(Path file, long dataStart, long size) {
        List<TensorEntry> byPosition = new ArrayList<>(entries);
        byPosition.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        long position = dataStart;
        String before = "the header";
        for (TensorEntry entry : byPosition) {
            if (entry.end() > size) {
                throw new WeightFileException(
                        file,
                        "truncated: tensor '%s' ends at byte %d of a file of %d bytes",
                        entry.name(),
                        entry.end(),
                        size);
            }
            if (entry.begin() != position) {
                throw new WeightFileException(
                        file,
                        "tensor '%s' starts at byte %d, but %s ends at byte %d: %s",
                        entry.name(),
                        entry.begin(),
                        before,
                        position,
                        entry.begin() < position ? "they overlap" : "bytes that no tensor owns");
            }
            position = entry.end();
            before = "'" + entry.name() + "'";
        }
        if (position != size) {
            throw new WeightFileException(file, "%d bytes after the last tensor belong to no tensor", size - position);
        }
    }
}
