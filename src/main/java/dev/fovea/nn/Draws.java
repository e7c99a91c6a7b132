package dev.fovea.nn;

import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Shapes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The one source of randomness inside models. Draws come from libtorch's generator, which the training loop seeds from
 * (run seed, step) before every step, so that a resumed run repeats them; {@link #replay} feeds recorded draws instead.
 */
public final class Draws {
    private static final ThreadLocal<Deque<Tensor>> RECORDED = new ThreadLocal<>();

    private Draws() {}

    /** Seeds all draws that follow; {@code step} counts optimizer steps. */
    public static void seed(long seed, long step) {
        Natives.start();
        torch.manual_seed(mix(mix(seed) + step));
    }

    /** Uniform numbers in [0, 1), float32. */
    public static Tensor uniform(long... shape) {
        Deque<Tensor> recorded = RECORDED.get();
        return recorded == null ? torch.rand(shape) : next(recorded, shape);
    }

    /** Standard normal numbers, float32. */
    public static Tensor normal(long... shape) {
        Deque<Tensor> recorded = RECORDED.get();
        return recorded == null ? torch.randn(shape) : next(recorded, shape);
    }

    /** 1 with probability {@code keep}, else 0: {@code floor(keep + u)}, as timm draws it. */
    public static Tensor kept(double keep, long... shape) {
        return uniform(shape).add_(new Scalar(keep)).floor_();
    }

    /** Until closed, draws of this thread are taken from the given tensors, in order. */
    public static Replay replay(Collection<Tensor> draws) {
        RECORDED.set(new ArrayDeque<>(draws));
        return new Replay();
    }

    private static Tensor next(Deque<Tensor> recorded, long[] shape) {
        Tensor draw = recorded.poll();
        if (draw == null) {
            throw new IllegalStateException("no recorded draw is left for shape " + Shapes.text(shape));
        }
        if (draw.numel() != Arrays.stream(shape).reduce(1, (a, b) -> a * b)) {
            throw new IllegalStateException("the recorded draw of shape %s does not fit the wanted shape %s"
                    .formatted(Shapes.text(draw), Shapes.text(shape)));
        }
        return draw.reshape(shape).clone();
    }

    /** The finaliser of SplitMix64 (Steele et al. 2014): neighbouring seeds give unrelated streams. */
    private static long mix(long z) {
        z += 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Ends the replay; {@link #unused} tells whether all recorded draws were taken. */
    public static final class Replay implements AutoCloseable {
        public int unused() {
            return RECORDED.get().size();
        }

        @Override
        public void close() {
            RECORDED.remove();
        }
    }
}
