package dev.fovea.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Tells how long named parts of a step take, for benchmarks. While one is open on the thread, marked work is timed; with
 * none open a mark costs one thread-local look-up. Marked work inside marked work counts for the outer mark alone.
 */
public final class Stopwatch implements AutoCloseable {
    private static final ThreadLocal<Stopwatch> OPEN = new ThreadLocal<>();

    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private boolean running;

    private Stopwatch() {}

    /** Opens one on this thread. */
    public static Stopwatch open() {
        Stopwatch stopwatch = new Stopwatch();
        OPEN.set(stopwatch);
        return stopwatch;
    }

    /** The result of {@code work}, whose time counts for {@code part}. */
    public static <T> T time(String part, Supplier<T> work) {
        Stopwatch stopwatch = OPEN.get();
        if (stopwatch == null || stopwatch.running) {
            return work.get();
        }
        stopwatch.running = true;
        long start = System.nanoTime();
        try {
            return work.get();
        } finally {
            stopwatch.running = false;
            stopwatch.seconds.merge(part, (System.nanoTime() - start) / 1e9, Double::sum);
        }
    }

    /** Seconds of each part. */
    public Map<String, Double> seconds() {
        return Map.copyOf(seconds);
    }

    /** Seconds of all parts. */
    public double total() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    @Override
    public void close() {
        OPEN.remove();
    }
}
