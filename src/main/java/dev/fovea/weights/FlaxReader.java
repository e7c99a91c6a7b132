package dev.fovea.weights;

import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Reads the msgpack form of {@code flax.serialization}: maps, plain values and arrays, and nothing else. What a length in
 * the file asks for is held against the file's size before any memory is taken.
 */
final class FlaxReader {
    static final String CHUNKED = "__msgpack_chunked_array__";
    private static final int DEEPEST = 64;
    private static final int MOST_DIMENSIONS = 32;
    private static final int LONGEST_TEXT = 1 << 20;

    private final Path file;
    private final MessageUnpacker in;
    private final long size;

    private FlaxReader(Path file, FileChannel channel) throws IOException {
        Natives.start();
        this.file = file;
        size = channel.size();
        in = new MessagePack.UnpackerConfig().withStringSizeLimit(LONGEST_TEXT).newUnpacker(channel);
    }

    /** The tree: {@code Map}, {@link FlaxArray}, {@code String}, {@code Long}, {@code Double}, {@code Boolean}, null. */
    static Map<String, Object> read(Path file, FileChannel channel) throws IOException {
        FlaxReader reader = new FlaxReader(file, channel);
        try {
            Object root = reader.value("", 0);
            if (!(root instanceof Map<?, ?>)) {
                throw reader.damaged("the file is no map of names");
            }
            if (reader.in.getTotalReadBytes() != reader.size) {
                throw reader.damaged("%d bytes follow the map", reader.size - reader.in.getTotalReadBytes());
            }
            return asMap(root);
        } catch (MessagePackException e) {
            throw reader.damaged("byte %d: %s", reader.in.getTotalReadBytes(), reason(e));
        }
    }

    private static String reason(MessagePackException e) {
        return e.getMessage() == null ? "the file ends in the middle of a value" : e.getMessage();
    }

    private Object value(String path, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw damaged("maps are nested more than %d deep", DEEPEST);
        }
        var type = in.getNextFormat().getValueType();
        switch (type) {
            case NIL:
                in.unpackNil();
                return null;
            case BOOLEAN:
                return in.unpackBoolean();
            case INTEGER:
                return in.unpackLong();
            case FLOAT:
                return in.unpackDouble();
            case STRING:
                return in.unpackString();
            case MAP:
                return map(path, depth);
            case EXTENSION:
                return array(path);
            default:
                throw damaged("%s is a msgpack %s, which Flax does not write", place(path), type);
        }
    }

    private Object map(String path, int depth) throws IOException {
        int entries = in.unpackMapHeader();
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            if (!in.getNextFormat().getValueType().isStringType()) {
                throw damaged("%s has a key that is no text", place(path));
            }
            String key = in.unpackString();
            if (key.isEmpty() || key.indexOf(FlaxFile.SEPARATOR) >= 0) {
                throw damaged("%s has the key '%s'; keys are not empty and hold no '/'", place(path), key);
            }
            if (map.containsKey(key)) {
                throw damaged("%s has the key '%s' twice", place(path), key);
            }
            map.put(key, value(path.isEmpty() ? key : path + FlaxFile.SEPARATOR + key, depth + 1));
        }
        return map.containsKey(CHUNKED) ? joined(map, path) : map;
    }

    private FlaxArray array(String path) throws IOException {
        ExtensionTypeHeader header = in.unpackExtensionTypeHeader();
        if (header.getType() == FlaxArray.COMPLEX) {
            throw damaged("%s is a complex number; none is read here", place(path));
        }
        if (header.getType() != FlaxArray.ARRAY && header.getType() != FlaxArray.NUMPY_SCALAR) {
            throw damaged("%s has the unknown extension type %d", place(path), header.getType());
        }
        long end = in.getTotalReadBytes() + header.getLength();
        int parts = in.unpackArrayHeader();
        int dimensions = parts == 3 ? in.unpackArrayHeader() : -1;
        if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
            throw damaged("%s is no [shape, type, bytes]", place(path));
        }
        long[] shape = new long[dimensions];
        for (int i = 0; i < dimensions; i++) {
            shape[i] = in.unpackLong();
        }
        String name = in.unpackString();
        FlaxDtype dtype = FlaxDtype.named(name);
        if (dtype == null) {
            throw damaged("%s has the element type '%s', which is not read", place(path), name);
        }
        Tensor bits = bits(path, shape, dtype, end);
        try {
            return new FlaxArray(dtype, header.getType() == FlaxArray.NUMPY_SCALAR, dtype.widened(bits));
        } catch (IllegalArgumentException e) {
            throw damaged("%s holds %s", place(path), e.getMessage());
        }
    }

    private Tensor bits(String path, long[] shape, FlaxDtype dtype, long end) throws IOException {
        int bytes = in.unpackBinaryHeader();
        long wanted = count(path, shape) * dtype.bytes();
        if (bytes != wanted) {
            throw damaged("%s has %d bytes for %s of %s", place(path), bytes, Shapes.text(shape), dtype.numpyName());
        }
        long at = in.getTotalReadBytes();
        if (at + bytes != end || end > size) {
            throw damaged(
                    "%s has %d bytes from byte %d on, and by its length ends at byte %d", place(path), bytes, at, end);
        }
        Tensor bits = torch.empty(shape, new TensorOptions(dtype.stored()), new MemoryFormatOptional());
        if (bytes > 0) {
            in.readPayload(
                    new BytePointer(bits.data_ptr()).limit(bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        }
        return bits;
    }

    /** An array of more than a gigabyte comes in flat pieces {@code '0', '1', …}. */
    private FlaxArray joined(Map<String, Object> map, String path) {
        Map<String, Object> sides = asMap(map.get("shape")), pieces = asMap(map.get("chunks"));
        if (sides == null || pieces == null || pieces.isEmpty()) {
            throw damaged("%s is a chunked array without shape or chunks", place(path));
        }
        long[] shape = new long[sides.size()];
        for (int i = 0; i < shape.length; i++) {
            if (!(sides.get(Integer.toString(i)) instanceof Long side)) {
                throw damaged("%s, a chunked array, has no side %d", place(path), i);
            }
            shape[i] = side;
        }
        List<Tensor> parts = new ArrayList<>();
        FlaxDtype dtype = null;
        for (int i = 0; i < pieces.size(); i++) {
            boolean fits = pieces.get(Integer.toString(i)) instanceof FlaxArray piece
                    && (dtype == null || dtype == piece.dtype());
            if (!fits) {
                throw damaged("%s, a chunked array, has no fitting chunk %d", place(path), i);
            }
            FlaxArray piece = (FlaxArray) pieces.get(Integer.toString(i));
            dtype = piece.dtype();
            parts.add(piece.values().reshape(-1));
        }
        Tensor flat = Tensors.cat(0, parts);
        if (flat.numel() != count(path, shape)) {
            throw damaged("%s has %d elements for %s", place(path), flat.numel(), Shapes.text(shape));
        }
        return new FlaxArray(dtype, false, flat.reshape(shape));
    }

    private long count(String path, long[] shape) {
        long count = 1;
        for (long side : shape) {
            if (side < 0 || side > 0 && count > size / side) {
                throw damaged("%s has the shape %s in a file of %d bytes", place(path), Shapes.text(shape), size);
            }
            count *= side;
        }
        return count;
    }

    private static String place(String path) {
        return path.isEmpty() ? "the root" : "'" + path + "'";
    }

    @SuppressWarnings("unchecked") // every map in a tree was made by map()
    static Map<String, Object> asMap(Object node) {
        return node instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
    }

    private WeightFileException damaged(String rule, Object... values) {
        return new WeightFileException(file, "Flax checkpoint: " + rule, values);
    }
}
