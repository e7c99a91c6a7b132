package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The memory behind one or more tensors of a PyTorch file; tensors are views of it, so shared ones stay shared. */
final class TorchStorage {
    /** Views that repeat elements (stride 0) may claim any size; no real checkpoint comes near this. */
    private static final long MOST_REPEATED = 1L << 28;

    /** How many elements the views of one file may repeat, all together. */
    static Budget repeats() {
        return new Budget("repeated elements", MOST_REPEATED);
    }

    private final Dtype dtype;
    private final Tensor bytes;
    private final long start;
    private final long elements;
    private final Budget repeats;
    private final Map<Dtype, Tensor> typed = new EnumMap<>(Dtype.class);

    /**
     * A storage of its own of {@code elements} elements, not yet filled.
     *
     * @param repeats of the file
     */
    TorchStorage(Dtype dtype, long elements, Budget repeats) {
        this(dtype, uninitialised(elements * dtype.bytes()), 0, elements, repeats);
    }

    private TorchStorage(Dtype dtype, Tensor bytes, long start, long elements, Budget repeats) {
        this.repeats = repeats;
        this.dtype = dtype;
        this.bytes = bytes;
        this.start = start;
        this.elements = elements;
    }

    private static Tensor uninitialised(long count) {
        return torch.empty(new long[] {count}, new TensorOptions(ScalarType.Byte), new MemoryFormatOptional());
    }

    /** A window of this storage (files of PyTorch before 0.4). */
    TorchStorage window(long from, long count) {
        if (from < 0 || count < 0 || from > elements || count > elements - from) {
            throw new IllegalArgumentException(
                    "window %d + %d of a storage of %d elements".formatted(from, count, elements));
        }
        return new TorchStorage(dtype, bytes, start + from, count, repeats);
    }

    /** The raw memory, uint8, to be filled from the file. */
    Tensor bytes() {
        return bytes;
    }

    Dtype dtype() {
        return dtype;
    }

    Tensor view(long offset, List<?> size, List<?> stride) {
        return view(dtype, offset, size, stride);
    }

    /** The tensor of the given type, offset (in elements of that type), sizes and strides. */
    Tensor view(Dtype as, long offset, List<?> size, List<?> stride) {
        long[] shape = longs(size);
        long[] strides = longs(stride);
        long available = elements * dtype.bytes() / as.bytes();
        repeats.take(repeated(available, offset, shape, strides));
        Tensor all = typed.computeIfAbsent(as, type -> bytes.view(type.scalarType()));
        return all.as_strided(shape, strides, new LongOptional(start + offset));
    }

    /** How many elements a view has beyond those that it reaches over; fails where it reaches out of the storage. */
    private static long repeated(long available, long offset, long[] shape, long[] strides) {
        boolean valid = shape.length == strides.length && offset >= 0;
        long last = offset;
        long count = 1;
        for (int i = 0; valid && i < shape.length; i++) {
            valid = shape[i] >= 0 && strides[i] >= 0;
            if (valid) {
                count = Math.multiplyExact(count, shape[i]);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
            }
        }
        valid = valid && (count == 0 ? offset <= available : last < available);
        if (!valid || count > Math.max(available, MOST_REPEATED)) {
            throw new IllegalArgumentException(
                    "shape %s with strides %s at offset %d does not fit a storage of %d elements"
                            .formatted(Shapes.text(shape), Shapes.text(strides), offset, available));
        }
        return Math.max(0, count - (last - offset + 1));
    }

    private static long[] longs(List<?> values) {
        return values.stream().mapToLong(value -> (Long) value).toArray();
    }
}
