package dev.fovea.data;

import java.io.IOException;
import java.util.List;

/** One sample of one epoch, read and transformed; the part of the loader that worker threads run. */
record Samples<S, T, B extends Batch>(
        Source<S> source,
        SampleTransform<? super S, ? extends T> transform,
        Collate<T, B> collate,
        LoaderOptions options,
        Order order,
        BadFiles bad) {

    /** A transformed sample and its name. */
    record Loaded<T>(T sample, String name) {}

    /** The sample at a position of an epoch, or null where a bad file is left out. */
    Loaded<T> load(long epoch, int[] order, int position) {
        Rng rng = Rng.of(options.seed(), epoch, position);
        int candidates = options.replaceBad() ? order.length : 1;
        for (int step = 0; step < candidates; step++) {
            int index = order[(position + step) % order.length];
            String name = source.name(index);
            if (bad.contains(name)) {
                continue;
            }
            try {
                return new Loaded<>(transform.apply(read(index), rng), name);
            } catch (IOException e) {
                bad.record(name, e);
            } catch (RuntimeException e) {
                throw new IllegalStateException("sample " + name + ": " + e.getMessage(), e);
            }
        }
        if (options.replaceBad()) {
            throw new TooManyBadFilesException("none of %d files can be read".formatted(order.length));
        }
        return null;
    }

    /** An image that does not fit into memory is as bad as one that cannot be decoded, and must not end the run unnamed. */
    private S read(int index) throws IOException {
        try {
            return source.read(index);
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "does not fit into memory (%s); a larger heap: FOVEA_HEAP=4g fovea ...".formatted(e.getMessage()),
                    e);
        }
    }

    B batch(List<Loaded<T>> loaded) {
        return collate.collate(
                loaded.stream().<T>map(Loaded::sample).toList(),
                loaded.stream().map(Loaded::name).toList());
    }
}
