package dev.fovea.weights;

import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Element types of Flax checkpoints, by numpy's names. Unsigned types that libtorch has no arithmetic for are held in the
 * next wider signed one, uint64 in int64 as far as it reaches.
 */
enum FlaxDtype {
    FLOAT64(Dtype.F64),
    FLOAT32(Dtype.F32),
    FLOAT16(Dtype.F16),
    BFLOAT16(Dtype.BF16),
    INT64(Dtype.I64),
    INT32(Dtype.I32),
    INT16(Dtype.I16),
    INT8(Dtype.I8),
    UINT8(Dtype.U8),
    BOOL(Dtype.BOOL),
    UINT16(Dtype.I16, Dtype.I32, 0xffffL),
    UINT32(Dtype.I32, Dtype.I64, 0xffff_ffffL),
    UINT64(Dtype.I64, Dtype.I64, -1);

    private final Dtype stored;
    private final Dtype held;
    private final long mask;

    FlaxDtype(Dtype same) {
        this(same, same, 0);
    }

    FlaxDtype(Dtype stored, Dtype held, long mask) {
        this.stored = stored;
        this.held = held;
        this.mask = mask;
    }

    /** The type with numpy's name, or {@code null}. */
    static FlaxDtype named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.numpyName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The signed type of the tensor's elements. */
    static FlaxDtype of(Tensor x) {
        Dtype dtype = Dtype.of(x);
        return Arrays.stream(values())
                .filter(type -> type.held == dtype && !type.isUnsigned())
                .findFirst()
                .orElseThrow();
    }

    String numpyName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether it is one of the types that tensors cannot tell apart from a wider one. */
    boolean isUnsigned() {
        return mask != 0;
    }

    int bytes() {
        return stored.bytes();
    }

    ScalarType stored() {
        return stored.scalarType();
    }

    /** From the file's bits to the values they stand for. */
    Tensor widened(Tensor bits) {
        if (this == UINT64 && bits.numel() > 0 && Tensors.item(bits.min()) < 0) {
            throw new IllegalArgumentException("a uint64 above %d".formatted(Long.MAX_VALUE));
        }
        return stored == held ? bits : bits.to(held.scalarType()).bitwise_and(new Scalar(mask));
    }

    /** The inverse of {@link #widened}. */
    Tensor narrowed(Tensor values) {
        return stored == held ? values : values.to(stored.scalarType());
    }
}
