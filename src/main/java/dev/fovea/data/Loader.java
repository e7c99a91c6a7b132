package dev.fovea.data;

import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Reads, transforms and batches a source on several threads. What comes out depends only on the source, the seed, the
 * epoch and the position in the epoch: not on the number of threads, nor on where the stream was opened.
 */
public final class Loader<B extends Batch> {
    private final Samples<?, ?, B> samples;

    private Loader(Samples<?, ?, B> samples) {
        this.samples = samples;
    }

    /** Bad files are told of in the log. */
    public static <S, T, B extends Batch> Loader<B> of(
            Source<S> source,
            SampleTransform<? super S, ? extends T> transform,
            Collate<T, B> collate,
            LoaderOptions options) {
        return of(source, transform, collate, options, LoggerFactory.getLogger(Loader.class)::warn);
    }

    /** @param badFiles receives one line for each file that cannot be read */
    public static <S, T, B extends Batch> Loader<B> of(
            Source<S> source,
            SampleTransform<? super S, ? extends T> transform,
            Collate<T, B> collate,
            LoaderOptions options,
            Consumer<String> badFiles) {
        Order order = new Order(source, options);
        if (order.batchesPerEpoch() == 0) {
            throw new IllegalArgumentException(
                    "%d samples do not fill one batch of %d".formatted(source.size(), options.batchSize()));
        }
        BadFiles bad = new BadFiles(source.size(), options.maxBadShare(), badFiles);
        return new Loader<>(new Samples<>(source, transform, collate, options, order, bad));
    }

    public int sampleCount() {
        return samples.source().size();
    }

    public int batchesPerEpoch() {
        return samples.order().batchesPerEpoch();
    }

    public BadFiles badFiles() {
        return samples.bad();
    }

    /** Batches without end, epoch after epoch. */
    public BatchStream<B> from(Position start) {
        return new BatchStream<>(samples, start, Long.MAX_VALUE - 1);
    }

    /** The batches of one epoch. */
    public BatchStream<B> epoch(long epoch) {
        return new BatchStream<>(samples, new Position(epoch, 0), epoch);
    }
}
