package dev.fovea.tensor;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** Shapes as arrays and as text. */
public final class Shapes {
    private Shapes() {}

    public static long[] of(Tensor x) {
        return x.sizes().vec().get();
    }

    /** {@code 2x3x224x224}, or {@code scalar}. */
    public static String text(long... shape) {
        if (shape.length == 0) {
            return "scalar";
        }
        StringBuilder text = new StringBuilder();
        for (long size : shape) {
            text.append(text.length() == 0 ? "" : "x").append(size);
        }
        return text.toString();
    }

    public static String text(Tensor x) {
        return text(of(x));
    }

    public static boolean same(Tensor a, Tensor b) {
        return Arrays.equals(of(a), of(b));
    }
}
