package dev.fovea.train.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/**
 * Physical memory of this process, native and Java together, in bytes.
 *
 * @param rss held now
 * @param peak the most that was ever held
 */
public record ProcessMemory(long rss, long peak) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static long highest;

    /** Reads {@code VmRSS} and {@code VmHWM}; without /proc, asks JavaCPP, and the peak is the highest of all readings. */
    public static ProcessMemory now() {
        if (Files.isReadable(STATUS)) {
            try {
                return parse(Files.readAllLines(STATUS));
            } catch (IOException e) {
                return polled();
            }
        }
        return polled();
    }

    /** {@code 1.24 GB}, in powers of ten. */
    public static String text(long bytes) {
        return bytes >= 1_000_000_000L
                ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
                : "%d MB".formatted(Math.round(bytes / 1e6));
    }

    static ProcessMemory parse(List<String> status) throws IOException {
        return new ProcessMemory(kilobytes(status, "VmRSS:") * 1024, kilobytes(status, "VmHWM:") * 1024);
    }

    private static synchronized ProcessMemory polled() {
        long rss = Pointer.physicalBytes();
        highest = Math.max(highest, rss);
        return new ProcessMemory(rss, highest);
    }

    private static long kilobytes(List<String> status, String name) throws IOException {
        for (String line : status) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).trim().split(" ")[0]);
            }
        }
        throw new IOException("%s has no %s".formatted(STATUS, name));
    }
}
