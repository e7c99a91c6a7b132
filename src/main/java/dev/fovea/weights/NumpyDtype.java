package dev.fovea.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A numpy number type as pickles hold it ({@code numpy.dtype('f8')}), for scalars such as a logged accuracy. */
final class NumpyDtype implements Unpickler.Buildable {
    private final String code;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    private NumpyDtype(String code) {
        this.code = code;
    }

    static NumpyDtype of(List<?> args) {
        String code = (String) args.get(0);
        if (!List.of("f8", "f4", "i8", "i4", "i2", "i1", "u1", "b1").contains(code)) {
            throw new IllegalArgumentException("numpy dtype " + code + " is not read");
        }
        return new NumpyDtype(code);
    }

    /** The state is {@code (version, byte order, …)}. */
    @Override
    public void build(Object state) {
        if (state instanceof List<?> parts && parts.size() > 1 && ">".equals(parts.get(1))) {
            order = ByteOrder.BIG_ENDIAN;
        }
    }

    Object scalar(byte[] data) {
        if (data.length != code.charAt(1) - '0') {
            throw new IllegalArgumentException("%d bytes for a numpy %s".formatted(data.length, code));
        }
        ByteBuffer bytes = ByteBuffer.wrap(data).order(order);
        return switch (code) {
            case "f8" -> bytes.getDouble();
            case "f4" -> (double) bytes.getFloat();
            case "i8" -> bytes.getLong();
            case "i4" -> (long) bytes.getInt();
            case "i2" -> (long) bytes.getShort();
            case "i1" -> (long) bytes.get();
            case "u1" -> (long) (bytes.get() & 0xff);
            default -> bytes.get() != 0;
        };
    }
}
