package dev.fovea.tensor;

import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Java arrays to tensors and back. Every tensor made here owns its memory and is contiguous, on the CPU. */
public final class Tensors {
    static {
        Natives.start();
    }

    private Tensors() {}

    /** A float32 tensor with the given values, row-major. */
    public static Tensor of(float[] values, long... shape) {
        requireCount(values.length, shape);
        try (FloatPointer data = new FloatPointer(values.length)) {
            data.put(values);
            return torch.from_blob(data, shape, options(ScalarType.Float)).clone();
        }
    }

    /** A float64 tensor with the given values, row-major. */
    public static Tensor of(double[] values, long... shape) {
        requireCount(values.length, shape);
        try (DoublePointer data = new DoublePointer(values.length)) {
            data.put(values);
            return torch.from_blob(data, shape, options(ScalarType.Double)).clone();
        }
    }

    /** An int64 tensor with the given values, row-major. */
    public static Tensor of(long[] values, long... shape) {
        requireCount(values.length, shape);
        try (LongPointer data = new LongPointer(values.length)) {
            data.put(values);
            return torch.from_blob(data, shape, options(ScalarType.Long)).clone();
        }
    }

    /** A uint8 tensor with the given values, row-major. */
    public static Tensor of(byte[] values, long... shape) {
        requireCount(values.length, shape);
        try (BytePointer data = new BytePointer(Math.max(1, values.length))) {
            data.put(values, 0, values.length);
            return torch.from_blob(data, shape, options(ScalarType.Byte)).clone();
        }
    }

    /** A float32 tensor of zeros. */
    public static Tensor zeros(long... shape) {
        return torch.zeros(shape, options(ScalarType.Float));
    }

    /** A float32 tensor of ones. */
    public static Tensor ones(long... shape) {
        return torch.ones(shape, options(ScalarType.Float));
    }

    /** A float32 tensor filled with one value. */
    public static Tensor full(double value, long... shape) {
        return torch.full(shape, new Scalar(value), options(ScalarType.Float));
    }

    /** Int64 values from, from + 1, …, to - 1. */
    public static Tensor range(long from, long to) {
        return torch.arange(new Scalar(from), new Scalar(to), options(ScalarType.Long));
    }

    /** The same on the device of another tensor. */
    public static Tensor range(long from, long to, Tensor beside) {
        return torch.arange(new Scalar(from), new Scalar(to), options(ScalarType.Long, beside));
    }

    public static TensorOptions options(ScalarType type) {
        return new TensorOptions(type);
    }

    /** The type on the device of another tensor. */
    public static TensorOptions options(ScalarType type, Tensor beside) {
        return beside.options().dtype(new ScalarTypeOptional(type));
    }

    /** {@code x} on the device of another tensor. */
    public static Tensor beside(Tensor x, Tensor other) {
        return x.to(other.device(), x.scalar_type());
    }

    /** The values as float, row-major, whatever the tensor's type, device and strides. */
    public static float[] toFloats(Tensor x) {
        try (Tensor cpu = x.detach().cpu().to(ScalarType.Float).contiguous()) {
            float[] values = new float[Math.toIntExact(cpu.numel())];
            if (values.length > 0) {
                new FloatPointer(cpu.data_ptr()).get(values);
            }
            return values;
        }
    }

    /** The values as double, row-major. */
    public static double[] toDoubles(Tensor x) {
        try (Tensor cpu = x.detach().cpu().to(ScalarType.Double).contiguous()) {
            double[] values = new double[Math.toIntExact(cpu.numel())];
            if (values.length > 0) {
                new DoublePointer(cpu.data_ptr()).get(values);
            }
            return values;
        }
    }

    /** The values as long, row-major; fractions are cut off. */
    public static long[] toLongs(Tensor x) {
        try (Tensor cpu = x.detach().cpu().to(ScalarType.Long).contiguous()) {
            long[] values = new long[Math.toIntExact(cpu.numel())];
            if (values.length > 0) {
                new LongPointer(cpu.data_ptr()).get(values);
            }
            return values;
        }
    }

    /** The values as bytes (uint8), row-major. */
    public static byte[] toBytes(Tensor x) {
        try (Tensor cpu = x.detach().cpu().to(ScalarType.Byte).contiguous()) {
            byte[] values = new byte[Math.toIntExact(cpu.numel())];
            if (values.length > 0) {
                new BytePointer(cpu.data_ptr()).get(values);
            }
            return values;
        }
    }

    /** The one value of a tensor with a single element. */
    public static double item(Tensor x) {
        return x.item().toDouble();
    }

    public static Tensor cat(long dim, Tensor... parts) {
        return torch.cat(new TensorVector(parts), dim);
    }

    public static Tensor cat(long dim, List<Tensor> parts) {
        return cat(dim, parts.toArray(Tensor[]::new));
    }

    public static Tensor stack(long dim, List<Tensor> parts) {
        return torch.stack(new TensorVector(parts.toArray(Tensor[]::new)), dim);
    }

    /** {@code null} becomes "no tensor". */
    public static TensorOptional optional(Tensor x) {
        return x == null ? new TensorOptional() : new TensorOptional(x);
    }

    private static void requireCount(long count, long[] shape) {
        long wanted = 1;
        for (long size : shape) {
            wanted *= size;
        }
        if (wanted != count) {
            throw new IllegalArgumentException(
                    "%d values do not fill shape %s of %d elements".formatted(count, Shapes.text(shape), wanted));
        }
    }

    /** The slices along the first dimension. A handle inside a native vector dies with the vector, so each is copied. */
    public static Tensor[] unbind(Tensor x) {
        try (TensorVector slices = x.unbind()) {
            Tensor[] copies = new Tensor[(int) slices.size()];
            for (int i = 0; i < copies.length; i++) {
                copies[i] = new Tensor(slices.get(i));
            }
            return copies;
        }
    }

    /** Two results of one operator, such as values and their places. */
    public record Pair(Tensor first, Tensor second) {}

    /** The results of {@code topk}, {@code sort} or {@code max}. Handles inside a native tuple die with it, so both are copied. */
    public static Pair pair(T_TensorTensor_T results) {
        try (results) {
            return new Pair(new Tensor(results.get0()), new Tensor(results.get1()));
        }
    }
}
