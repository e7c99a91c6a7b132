package dev.fovea.apply;

import dev.fovea.weights.AtomicFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Matrices as NumPy reads them: format 1.0, little-endian float32, row-major (numpy.lib.format). */
public final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NpyFile() {}

    /** Writes {@code [rows, columns]}. */
    public static void write(Path file, float[] values, int columns) {
        if (columns < 1 || values.length % columns != 0) {
            throw new IllegalArgumentException("%d values do not fill rows of %d".formatted(values.length, columns));
        }
        byte[] header = header(values.length / columns, columns);
        ByteBuffer bytes = ByteBuffer.allocate(MAGIC.length + 2 + header.length + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) header.length)
                .put(header);
        for (float value : values) {
            bytes.putFloat(value);
        }
        AtomicFile.write(file, bytes.array());
    }

    /** A Python dictionary, filled with spaces so that the data is aligned, and ended by a line feed. */
    private static byte[] header(int rows, int columns) {
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, columns);
        int before = MAGIC.length + 2 + dictionary.length() + 1;
        int padding = (ALIGNMENT - before % ALIGNMENT) % ALIGNMENT;
        return (dictionary + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
