package dev.fovea.teacher;

import dev.fovea.nn.Layer;
import dev.fovea.optim.Ema;
import dev.fovea.tensor.NoGrad;
import java.util.function.Function;

/**
 * A second network that follows the one in training: after each step {@code teacher = c teacher + (1 - c) student}
 * (Tarvainen and Valpola 2017). Its layer is the owner's child, so that checkpoints hold it.
 *
 * <p>Build it outside any {@code PointerScope}.
 */
public final class EmaTeacher<L extends Layer> {
    private final L network;
    private final Ema average;

    /** @param network of the same build as {@code student}; it becomes its copy and is frozen */
    public EmaTeacher(L student, L network) {
        this.network = network;
        average = new Ema(student.parametersByName(), student.buffersByName(), network.state());
        network.freeze();
    }

    /** Becomes a copy of the student: when a run has its initial weights. */
    public void copyStudent() {
        average.update(0);
    }

    /** Follows the student, after an optimizer step. */
    public void follow(double coefficient) {
        average.update(coefficient);
    }

    /** What the teacher says: in evaluation mode, without gradients. */
    public <T> T see(Function<L, T> look) {
        network.eval();
        try (NoGrad off = new NoGrad()) {
            return look.apply(network);
        }
    }
}
