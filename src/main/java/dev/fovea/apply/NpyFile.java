package dev.fovea.apply;

import dev.fovea.weights.AtomicFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Arrays as NumPy reads them: format 1.0, little-endian, row-major (numpy.lib.format). */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /** Writes float32 {@code [rows, columns]}. */
    public static void write(Path file, float[] values, int columns) {
        if (columns < 1 || values.length % columns != 0) {
            throw new IllegalArgumentException("%d values do not fill rows of %d".formatted(values.length, columns));
        }
        ByteBuffer bytes = start("<f4", values.length, values.length / columns, columns);
        for (float value : values) {
            bytes.putFloat(value);
        }
        AtomicFile.write(file, bytes.array());
    }

    /** Writes int32 of any shape. */
    public static void write(Path file, int[] values, int... shape) {
        if (Arrays.stream(shape).asLongStream().reduce(1, (a, b) -> a * b) != values.length) {
            throw new IllegalArgumentException(
                    "%d values do not fill the shape %s".formatted(values.length, Arrays.toString(shape)));
        }
        ByteBuffer bytes = start("<i4", values.length, shape);
        for (int value : values) {
            bytes.putInt(value);
        }
        AtomicFile.write(file, bytes.array());
    }

    /** The header, with room for so many values of four bytes behind it. */
    private static ByteBuffer start(String type, int count, int... shape) {
        byte[] header = header(type, shape);
        return ByteBuffer.allocate(MAGIC.length + 2 + header.length + 4 * count)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) header.length)
                .put(header);
    }

    /** A Python dictionary, filled with spaces so that the data is aligned, and ended by a line feed. */
    private static byte[] header(String type, int... shape) {
        String sides = Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String dictionary = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, sides);
        int before = MAGIC.length + 2 + dictionary.length() + 1;
        int padding = (ALIGNMENT - before % ALIGNMENT) % ALIGNMENT;
        return (dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
