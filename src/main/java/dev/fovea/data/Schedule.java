package dev.fovea.data;

/** Which samples follow each other from a start position on, batch by batch, one epoch after the other. */
final class Schedule {
    private final int places;
    private final int batchSize;
    private final int batchesPerEpoch;
    private long epoch;
    private long batch;

    Schedule(Order order, LoaderOptions options, Position start) {
        this.places = order.length();
        this.batchSize = options.batchSize();
        this.batchesPerEpoch = order.batchesPerEpoch();
        if (start.batch() > batchesPerEpoch) {
            throw new IllegalArgumentException("position batch %d lies beyond the %d batches of an epoch"
                    .formatted(start.batch(), batchesPerEpoch));
        }
        this.epoch = start.epoch();
        this.batch = start.batch();
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
        return Math.min(places, from(at) + batchSize);
    }
}
