package dev.fovea.data;

/** A place in the sample stream: the next batch is number {@code batch} of epoch {@code epoch}, both from 0. */
public record Position(long epoch, long batch) {
    public static final Position START = new Position(0, 0);

    public Position {
        if (epoch < 0 || batch < 0) {
            throw new IllegalArgumentException("position epoch %d batch %d is negative".formatted(epoch, batch));
        }
    }
}
