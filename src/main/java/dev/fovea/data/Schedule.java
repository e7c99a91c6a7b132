package dev.fovea.data;

/** Which samples follow each other from a start position on, batch by batch, one epoch after the other. */
final class Schedule {
    private final int samples;
    private final int batchSize;
    private final int batchesPerEpoch;
    private long epoch;
    private long batch;

    Schedule(int samples, LoaderOptions options, Position start) {
        this.samples = samples;
        this.batchSize = options.batchSize();
        this.batchesPerEpoch = batchesPerEpoch(samples, options);
        if (start.batch() > batchesPerEpoch) {
            throw new IllegalArgumentException("position batch %d lies beyond the %d batches of an epoch"
                    .formatted(start.batch(), batchesPerEpoch));
        }
        this.epoch = start.epoch();
        this.batch = start.batch();
    }

    static int batchesPerEpoch(int samples, LoaderOptions options) {
        int size = options.batchSize();
        return options.dropLast() ? samples / size : (samples + size - 1) / size;
    }

    /** The next batch's position; (e, last + 1) is the same place as (e + 1, 0). */
    Position position() {
        return batch == batchesPerEpoch ? new Position(epoch + 1, 0) : new Position(epoch, batch);
    }

    void advance() {
        Position at = position();
        epoch = at.epoch();
        batch = at.batch() + 1;
    }

    /** First sample of a batch within its epoch. */
    int from(Position at) {
        return Math.toIntExact(at.batch() * batchSize);
    }

    /** One past the last sample of a batch within its epoch. */
    int to(Position at) {
        return Math.min(samples, from(at) + batchSize);
    }
}
