package dev.fovea.tensor;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Frees what is made until it is closed, except what is kept: for work without gradients whose tensors on the way are
 * larger than its result, such as targets. What is kept goes to the scope around it, or to the garbage collector.
 */
public final class Temporaries implements AutoCloseable {
    private final PointerScope around = PointerScope.getInnerScope();
    private final PointerScope own;

    public Temporaries() {
        Natives.start();
        own = new PointerScope();
    }

    /** Gives {@code x} back, which now outlives this. */
    public Tensor keep(Tensor x) {
        if (around == null) {
            return x.retainReference();
        }
        around.attach(x);
        return x;
    }

    @Override
    public void close() {
        own.close();
    }
}
