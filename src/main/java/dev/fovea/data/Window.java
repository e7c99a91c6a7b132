package dev.fovea.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** The batches under way: samples are loaded by the threads in any order and taken in the order of the schedule. */
final class Window<T, B extends Batch> implements AutoCloseable {
    private final Samples<?, T, B> samples;
    private final Schedule ahead;
    private final long lastEpoch;
    private final ExecutorService threads;
    private final Deque<List<Future<Samples.Loaded<T>>>> pending = new ArrayDeque<>();
    private final List<Samples.Loaded<T>> loaded = new ArrayList<>();
    private int[] order = {};
    private long orderedEpoch = -1;

    /** @param lastEpoch the last epoch to prepare samples of */
    Window(Samples<?, T, B> samples, Position start, long lastEpoch) {
        this.samples = samples;
        this.ahead = new Schedule(samples.order(), samples.options(), start);
        this.lastEpoch = lastEpoch;
        int count = samples.options().threads();
        this.threads = count == 0 ? null : Executors.newFixedThreadPool(count, Window::daemon);
    }

    /** Waits for the next batch's samples; false when every one of them was left out. */
    boolean load() {
        fill();
        loaded.clear();
        for (Future<Samples.Loaded<T>> future : pending.remove()) {
            Samples.Loaded<T> one = await(future);
            if (one != null) {
                loaded.add(one);
            }
        }
        fill(); // before the consumer's work on the batch begins
        return !loaded.isEmpty();
    }

    /** The batch of the samples that were waited for. */
    B take() {
        return samples.batch(loaded);
    }

    private void fill() {
        while (pending.size() <= samples.options().prefetch()
                && ahead.position().epoch() <= lastEpoch) {
            Position at = ahead.position();
            List<Future<Samples.Loaded<T>>> batch = new ArrayList<>();
            for (int i = ahead.from(at); i < ahead.to(at); i++) {
                batch.add(submit(at.epoch(), i));
            }
            pending.add(batch);
            ahead.advance();
        }
    }

    private Future<Samples.Loaded<T>> submit(long epoch, int position) {
        if (epoch != orderedEpoch) {
            order = samples.order().of(epoch);
            orderedEpoch = epoch;
        }
        int[] epochOrder = order;
        FutureTask<Samples.Loaded<T>> task = new FutureTask<>(() -> samples.load(epoch, epochOrder, position));
        if (threads != null) {
            threads.execute(task);
        }
        return task;
    }

    private Samples.Loaded<T> await(Future<Samples.Loaded<T>> future) {
        if (threads == null) {
            ((FutureTask<Samples.Loaded<T>>) future).run();
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a batch");
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "fovea-loader");
        thread.setDaemon(true);
        return thread;
    }

    /** Drops what is queued; samples being read are finished, since an interrupt would break open channels. */
    @Override
    public void close() {
        pending.forEach(batch -> batch.forEach(future -> future.cancel(false)));
        pending.clear();
        if (threads != null) {
            threads.shutdown();
        }
    }
}
