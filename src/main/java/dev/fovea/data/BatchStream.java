package dev.fovea.data;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Batches from a start position on. Used by one thread, which owns the tensors; close it to stop the loader threads. */
public final class BatchStream<B extends Batch> implements Iterator<B>, AutoCloseable {
    private final Window<?, B> window;
    private final Schedule schedule;
    private final long lastEpoch;
    private Position position;
    private boolean loaded;

    BatchStream(Samples<?, ?, B> samples, Position start, long lastEpoch) {
        this.window = new Window<>(samples, start, lastEpoch);
        this.schedule = new Schedule(samples.order(), samples.options(), start);
        this.lastEpoch = lastEpoch;
        this.position = schedule.position();
    }

    /** Where the stream stands: a stream opened at this position continues with the same batches. */
    public Position position() {
        return position;
    }

    /** Waits until a batch's samples are there; batches of bad files alone are passed over. Makes no tensor. */
    @Override
    public boolean hasNext() {
        while (!loaded && schedule.position().epoch() <= lastEpoch) {
            schedule.advance();
            loaded = window.load();
        }
        return loaded;
    }

    @Override
    public B next() {
        if (!hasNext()) {
            throw new NoSuchElementException("epoch " + lastEpoch + " is over");
        }
        loaded = false;
        position = schedule.position();
        return window.take();
    }

    @Override
    public void close() {
        window.close();
    }
}
