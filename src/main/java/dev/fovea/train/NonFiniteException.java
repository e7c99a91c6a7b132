package dev.fovea.train;

import dev.fovea.nn.NotFiniteException;
import java.util.List;

/** The loss or the gradient is not a number any more; the weights of the last checkpoint are still good. */
public final class NonFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonFiniteException(NotFiniteException cause, long step, double lr, List<String> files) {
        super(
                "%s, at step %d with learning rate %s; the batch was %s".formatted(cause.getMessage(), step, lr, files),
                cause);
    }

    NonFiniteException(String what, double value, long step, double lr, List<String> files) {
        super("%s is %s at step %d with learning rate %s; the batch was %s".formatted(what, value, step, lr, files));
    }
}
