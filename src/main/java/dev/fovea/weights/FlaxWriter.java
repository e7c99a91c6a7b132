package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** Writes a tree as {@code flax.serialization.msgpack_serialize} does, to the byte. */
final class FlaxWriter {
    /** Arrays of more bytes are cut, as Flax does: msgpack lengths end at four gigabytes. */
    static final long MOST_BYTES = 1L << 30;

    private static final int PAYLOAD = 1 << 20;

    private final MessagePacker out;
    private final long mostBytes;

    FlaxWriter(MessagePacker out, long mostBytes) {
        this.out = out;
        this.mostBytes = mostBytes;
    }

    void value(Object node) throws IOException {
        Map<String, Object> map = FlaxReader.asMap(node);
        if (map != null) {
            out.packMapHeader(map.size());
            for (Map.Entry<String, Object> entry : map.entrySet()) {
                out.packString(entry.getKey());
                value(entry.getValue());
            }
        } else if (node instanceof FlaxArray array) {
            array(array);
        } else if (node instanceof String text) {
            out.packString(text);
        } else if (node instanceof Long number) {
            out.packLong(number);
        } else if (node instanceof Double number) {
            out.packDouble(number);
        } else if (node instanceof Boolean flag) {
            out.packBoolean(flag);
        } else {
            out.packNil();
        }
    }

    private void array(FlaxArray array) throws IOException {
        Tensor bits = array.dtype().narrowed(array.values().detach().cpu()).contiguous();
        long bytes = bits.numel() * array.dtype().bytes();
        if (bytes > mostBytes) {
            value(chunked(array));
            return;
        }
        byte[] head = head(array, bits, (int) bytes);
        out.packExtensionTypeHeader(array.extension(), head.length + (int) bytes);
        out.writePayload(head);
        ByteBuffer data = bytes == 0
                ? ByteBuffer.allocate(0)
                : new BytePointer(bits.data_ptr()).limit(bytes).asByteBuffer();
        byte[] part = new byte[(int) Math.min(PAYLOAD, bytes)];
        while (data.hasRemaining()) {
            int length = Math.min(part.length, data.remaining());
            data.get(part, 0, length);
            out.writePayload(part, 0, length);
        }
    }

    /** Shape, type and the length of the bytes that follow. */
    private static byte[] head(FlaxArray array, Tensor bits, int bytes) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try (MessagePacker packer = MessagePack.newDefaultPacker(head)) {
            packer.packArrayHeader(3);
            long[] shape = Shapes.of(bits);
            packer.packArrayHeader(shape.length);
            for (long side : shape) {
                packer.packLong(side);
            }
            packer.packString(array.dtype().numpyName());
            packer.packBinaryHeader(bytes);
        }
        return head.toByteArray();
    }

    private Map<String, Object> chunked(FlaxArray array) {
        Map<String, Object> map = new LinkedHashMap<>(), sides = new LinkedHashMap<>(), chunks = new LinkedHashMap<>();
        for (long side : Shapes.of(array.values())) {
            sides.put(Integer.toString(sides.size()), side);
        }
        Tensor flat = array.values().reshape(-1);
        long elements = Math.max(1, mostBytes / array.dtype().bytes());
        for (long from = 0; from < flat.numel(); from += elements) {
            long to = Math.min(flat.numel(), from + elements);
            Tensor part = flat.slice(0, new LongOptional(from), new LongOptional(to), 1);
            chunks.put(Integer.toString(chunks.size()), new FlaxArray(array.dtype(), false, part));
        }
        map.put(FlaxReader.CHUNKED, true);
        map.put("shape", sides);
        map.put("chunks", chunks);
        return map;
    }
}
