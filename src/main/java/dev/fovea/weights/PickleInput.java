package dev.fovea.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes of a PyTorch file with their position; a length that exceeds what is left is refused before allocation. */
final class PickleInput {
    private static final int LONGEST_LINE = 1024;

    private final Path file;
    private final String part;
    private final InputStream in;
    private final long size;
    private long position;

    /** {@code part} names the place inside the file ({@code archive/data.pkl}), or is empty. */
    PickleInput(Path file, String part, InputStream in, long size) {
        this.file = file;
        this.part = part;
        this.in = in;
        this.size = size;
    }

    long position() {
        return position;
    }

    long left() {
        return size - position;
    }

    WeightFileException refuse(String rule, Object... values) {
        return refuseAt(position, rule, values);
    }

    WeightFileException refuseAt(long at, String rule, Object... values) {
        String place = (part.isEmpty() ? "" : part + " ") + "byte " + at + ": ";
        return new WeightFileException(file, "%s", place + rule.formatted(values));
    }

    /** A text, or a number as text; containers are refused, for one that holds itself has no end as a text. */
    String scalarText(Object value) {
        if (value instanceof String || value instanceof Number) {
            return value.toString();
        }
        throw refuse("a name must be a text");
    }

    int unsignedByte() {
        return bytes(1)[0] & 0xff;
    }

    int unsignedShort() {
        return little(2).getShort() & 0xffff;
    }

    int signedInt() {
        return little(4).getInt();
    }

    long signedLong() {
        return little(8).getLong();
    }

    /** Python writes floats in network order. */
    double bigEndianDouble() {
        return ByteBuffer.wrap(bytes(8)).getDouble();
    }

    /** A whole number of {@code count} little-endian bytes in two's complement. */
    Number integer(int count) {
        if (count > 1024) {
            throw refuse("a whole number of %d bytes; at most 1024 are read", count);
        }
        byte[] little = bytes(count);
        byte[] big = new byte[count + 1];
        for (int i = 0; i < count; i++) {
            big[count - i] = little[i];
        }
        big[0] = (byte) (count > 0 && little[count - 1] < 0 ? -1 : 0);
        BigInteger value = new BigInteger(big);
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    String text(long count) {
        return new String(bytes(count), StandardCharsets.UTF_8);
    }

    /** Text up to the next line feed, which is consumed. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (int b = unsignedByte(); b != '\n'; b = unsignedByte()) {
            line.append((char) b);
            if (line.length() > LONGEST_LINE) {
                throw refuse("a name longer than %d characters", LONGEST_LINE);
            }
        }
        return line.toString();
    }

    byte[] bytes(long count) {
        if (count < 0 || count > left()) {
            throw refuse("%d bytes announced, %d are left", count, left());
        }
        byte[] bytes = new byte[Math.toIntExact(count)];
        fill(bytes, bytes.length);
        return bytes;
    }

    /** Reads the next {@code count} bytes into the beginning of the array. */
    void fill(byte[] bytes, int count) {
        try {
            if (in.readNBytes(bytes, 0, count) < count) {
                throw new EOFException("the file ended early");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
        position += count;
    }

    private ByteBuffer little(int count) {
        return ByteBuffer.wrap(bytes(count)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }
}
