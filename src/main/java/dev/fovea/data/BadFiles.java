package dev.fovea.data;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Counts the files that cannot be read, tells of each one once, and stops the run when they are too many. */
public final class BadFiles {
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private final int files;
    private final double maxShare;
    private final Consumer<String> listener;

    /**
     * @param files how many files the source has
     * @param listener receives one line for each bad file, from any thread
     */
    public BadFiles(int files, double maxShare, Consumer<String> listener) {
        this.files = files;
        this.maxShare = maxShare;
        this.listener = listener;
    }

    public int count() {
        return reasons.size();
    }

    /** Reasons by file name, sorted. */
    public Map<String, String> reasons() {
        return new TreeMap<>(reasons);
    }

    boolean contains(String name) {
        return reasons.containsKey(name);
    }

    void record(String name, Exception reason) {
        String text = String.valueOf(reason.getMessage());
        String line = text.startsWith(name) ? text : name + ": " + text;
        if (reasons.putIfAbsent(name, line) == null) {
            listener.accept("skipped " + line);
        }
        if (count() > maxShare * files) {
            throw new TooManyBadFilesException(
                    "%d of %d files cannot be read, more than the share of %s that data.maxBadShare allows; %s"
                            .formatted(count(), files, maxShare, line));
        }
    }
}
