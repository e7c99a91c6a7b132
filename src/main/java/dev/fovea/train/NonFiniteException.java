package dev.fovea.train;

import java.util.List;

/** The loss or the gradient is not a number any more; the weights of the last checkpoint are still good. */
public final class NonFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonFiniteException(String what, double value, long step, double lr, List<String> files) {
        super("%s is %s at step %d with learning rate %s; the batch was %s".formatted(what, value, step, lr, files));
    }
}
