package dev.fovea.tensor;

import org.bytedeco.pytorch.NoGradGuard;

/** No gradients are recorded on this thread until it is closed. */
public final class NoGrad implements AutoCloseable {
    private final NoGradGuard guard;

    public NoGrad() {
        Natives.start();
        guard = new NoGradGuard();
    }

    @Override
    public void close() {
        guard.close();
    }
}
