package dev.fovea.nn;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Counts the arithmetic of matrix products and convolutions, so that a benchmark can say which share of the machine's peak
 * a step reaches. While a count is open on the thread, layers add what their forward passes multiply; with none open that
 * costs one thread-local look-up.
 */
public final class FlopCount implements AutoCloseable {
    private static final ThreadLocal<FlopCount> OPEN = new ThreadLocal<>();
    /** Gradients of the inputs and gradients of the weights: as much as the forward pass, each. */
    private static final int TRAINING = 3;

    private double flops;
    private double withBackward;

    private FlopCount() {}

    /** Opens a count on this thread. */
    public static FlopCount open() {
        FlopCount count = new FlopCount();
        OPEN.set(count);
        return count;
    }

    /** A multiply and an add count as two. */
    public double flops() {
        return flops;
    }

    /** With the backward pass of whatever was computed with gradients; what was not, such as a teacher, counts once. */
    public double withBackward() {
        return withBackward;
    }

    /** A product whose every output element sums {@code terms} products. */
    public static void add(Tensor output, long terms) {
        FlopCount count = OPEN.get();
        if (count != null) {
            double flops = 2.0 * output.numel() * terms;
            count.flops += flops;
            count.withBackward += flops * (GradMode.is_enabled() ? TRAINING : 1);
        }
    }

    @Override
    public void close() {
        OPEN.remove();
    }
}
