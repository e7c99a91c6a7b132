package dev.fovea.data;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;

/**
 * Keeps decoded samples in memory until a number of bytes is used up; the rest is read each time. Nothing is thrown
 * out again: an epoch visits every sample once, so that any other sample would be as useful.
 */
public final class Cached<S> implements Source<S> {
    private final Source<S> source;
    private final ToLongFunction<? super S> bytesOf;
    private final AtomicLong free;
    private final AtomicReferenceArray<S> kept;

    /** @param bytesOf the memory one sample takes, such as {@code image -> image.rgb().length} */
    public Cached(Source<S> source, long maxBytes, ToLongFunction<? super S> bytesOf) {
        this.source = source;
        this.bytesOf = bytesOf;
        this.free = new AtomicLong(maxBytes);
        this.kept = new AtomicReferenceArray<>(source.size());
    }

    @Override
    public S read(int index) throws IOException {
        S known = kept.get(index);
        if (known != null) {
            return known;
        }
        S sample = source.read(index);
        long bytes = bytesOf.applyAsLong(sample);
        if (free.addAndGet(-bytes) < 0 || !kept.compareAndSet(index, null, sample)) {
            free.addAndGet(bytes);
        }
        return sample;
    }

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public String name(int index) {
        return source.name(index);
    }

    @Override
    public int label(int index) {
        return source.label(index);
    }

    @Override
    public int group(int index) {
        return source.group(index);
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }
}
