package dev.fovea.weights;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types of parameter files, under their safetensors names. */
public enum Dtype {
    F64(8, ScalarType.Double),
    F32(4, ScalarType.Float),
    F16(2, ScalarType.Half),
    BF16(2, ScalarType.BFloat16),
    I64(8, ScalarType.Long),
    I32(4, ScalarType.Int),
    I16(2, ScalarType.Short),
    I8(1, ScalarType.Char),
    U8(1, ScalarType.Byte),
    BOOL(1, ScalarType.Bool);

    private final int bytes;
    private final ScalarType scalarType;

    Dtype(int bytes, ScalarType scalarType) {
        this.bytes = bytes;
        this.scalarType = scalarType;
    }

    public int bytes() {
        return bytes;
    }

    public ScalarType scalarType() {
        return scalarType;
    }

    public boolean isFloating() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    /** The type of a tensor's elements. */
    public static Dtype of(Tensor x) {
        ScalarType wanted = x.scalar_type().intern();
        for (Dtype dtype : values()) {
            if (dtype.scalarType == wanted) {
                return dtype;
            }
        }
        throw new IllegalArgumentException("dtype " + wanted + " has no place in a parameter file; the known ones are "
                + Arrays.toString(values()));
    }

    /** The type with this safetensors name, or {@code null}. */
    static Dtype named(String name) {
        for (Dtype dtype : values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        return null;
    }
}
