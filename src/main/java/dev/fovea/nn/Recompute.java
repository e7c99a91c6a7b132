package dev.fovea.nn;

import dev.fovea.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Activation checkpointing (Chen et al. 2016): while one is open on this thread, segments keep only their inputs, and
 * {@link #backward} computes them again, last first, to pass their gradients on. The bindings have no autograd function to
 * be written in Java, so the graph is cut at each segment's output and the tape joins the parts.
 */
public final class Recompute implements AutoCloseable {
    private static final ThreadLocal<Recompute> OPEN = new ThreadLocal<>();

    private final List<Segment> tape = new ArrayList<>();

    private Recompute() {}

    /** Opens a tape; a {@code PointerScope} that outlives it must be open. */
    public static Recompute open() {
        if (PointerScope.getInnerScope() == null) {
            throw new IllegalStateException("activations can be recomputed only inside a PointerScope");
        }
        Recompute recompute = new Recompute();
        OPEN.set(recompute);
        return recompute;
    }

    /** Whether one is open on this thread. */
    static boolean isOpen() {
        return OPEN.get() != null;
    }

    /** {@code segment(x)}; it may use parameters and {@link Draws}, but no other tensor that needs a gradient. */
    public static Tensor through(UnaryOperator<Tensor> segment, Tensor x) {
        Recompute recompute = OPEN.get();
        return recompute == null || !GradMode.is_enabled() ? segment.apply(x) : recompute.run(segment, x);
    }

    private Tensor run(UnaryOperator<Tensor> segment, Tensor x) {
        Tensor draws = torch.getDefaultCPUGenerator().get_state();
        PointerScope step = PointerScope.getInnerScope();
        Tensor output;
        // With gradients on, although they are thrown away: without them other kernels would give other last bits.
        try (PointerScope scope = new PointerScope()) {
            output = segment.apply(x.detach().requires_grad_(true)).detach();
            step.attach(output);
        }
        output.requires_grad_(true);
        tape.add(new Segment(segment, x, output, draws, torch.is_autocast_enabled(DeviceType.CPU)));
        return output;
    }

    /** Goes on where the backward pass of the loss has stopped: at the outputs of the segments. */
    public void backward() {
        OPEN.remove();
        for (int i = tape.size() - 1; i >= 0; i--) {
            tape.get(i).backward();
        }
        tape.clear();
    }

    @Override
    public void close() {
        OPEN.remove();
    }

    private record Segment(UnaryOperator<Tensor> function, Tensor input, Tensor output, Tensor draws, boolean bf16) {
        void backward() {
            Tensor gradient = output.grad();
            if (!gradient.defined()) {
                return;
            }
            try (PointerScope scope = new PointerScope()) {
                Tensor x = input.detach().requires_grad_(input.requires_grad());
                propagate(again(x), gradient);
                if (input.requires_grad()) {
                    propagate(input, x.grad());
                }
                output.mutable_grad().reset();
            }
        }

        /** The segment with the draws and the precision that it had in the forward pass. */
        private Tensor again(Tensor x) {
            Generator generator = torch.getDefaultCPUGenerator();
            Tensor now = generator.get_state();
            generator.set_state(draws);
            try (Precision.Scope cast = (bf16 ? Precision.BF16 : Precision.FP32).open()) {
                return function.apply(x);
            } finally {
                generator.set_state(now);
            }
        }

        private static void propagate(Tensor output, Tensor gradient) {
            output.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
        }
    }
}
