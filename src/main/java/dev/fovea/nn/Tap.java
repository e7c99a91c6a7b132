package dev.fovea.nn;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Reads intermediate activations without touching the models: layers mark what is worth seeing, and a tap that is open
 * on the thread keeps it. With no tap open a mark costs one thread-local look-up.
 */
public final class Tap implements AutoCloseable {
    private static final ThreadLocal<Tap> OPEN = new ThreadLocal<>();
    private final Map<String, Tensor> seen = new LinkedHashMap<>();
    private final Map<String, Integer> times = new HashMap<>();

    private Tap() {}

    /** Opens a tap on this thread; the latest tensor of each name is kept. */
    public static Tap open() {
        Tap tap = new Tap();
        OPEN.set(tap);
        return tap;
    }

    /** Gives {@code x} back unchanged. */
    public static Tensor mark(String name, Tensor x) {
        Tap tap = OPEN.get();
        if (tap != null) {
            tap.seen.put(name, x);
            tap.times.merge(name, 1, Integer::sum);
        }
        return x;
    }

    /**
     * Keeps what was last marked under a name of its layer's own under one that tells the layers apart; nothing where that
     * layer marked nothing since.
     */
    public static void claim(String name, String as) {
        Tap tap = OPEN.get();
        Tensor last = tap == null ? null : tap.seen.remove(name);
        if (last != null) {
            tap.seen.put(as, last);
        }
    }

    /** Whether marks are being kept, for values that cost something to compute. */
    public static boolean isOpen() {
        return OPEN.get() != null;
    }

    public Map<String, Tensor> seen() {
        return seen;
    }

    /** How often a name was marked: as many layers as there are of its kind. */
    public int times(String name) {
        return times.getOrDefault(name, 0);
    }

    @Override
    public void close() {
        OPEN.remove();
    }
}
