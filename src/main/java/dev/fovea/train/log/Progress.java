package dev.fovea.train.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Tells on standard error how far a loop has come: a bar on a terminal; elsewhere a plain line now and then, at first every few
 * seconds and later every minute, so that log files stay short.
 */
public final class Progress implements AutoCloseable {
    private static final long SHORTEST_GAP = Duration.ofSeconds(5).toNanos();
    private static final long LONGEST_GAP = Duration.ofSeconds(60).toNanos();
    /** A line for each twentieth of the time gone by, between the two gaps. */
    private static final int LINES_PER_ELAPSED = 20;

    private final String task;
    private final long from;
    private final long total;
    private final ProgressBar bar;
    private final PrintStream lines;
    private final LongSupplier clock;
    private final long start;
    private long lastLine;
    private boolean spoken;

    private Progress(Span span, ProgressBar bar, PrintStream lines, LongSupplier clock) {
        this.task = span.task;
        this.from = span.from;
        this.total = span.total;
        this.bar = bar;
        this.lines = lines;
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    private record Span(String task, long from, long total) {}

    /** Progress from step {@code from} (0, or where a run resumes) to {@code total}. */
    public static Progress open(String task, long from, long total) {
        if (!onTerminal()) {
            return plain(task, from, total, System.err, System::nanoTime);
        }
        ProgressBar bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .startsFrom(from, Duration.ZERO)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build();
        return new Progress(new Span(task, from, total), bar, System.err, System::nanoTime);
    }

    static Progress plain(String task, long from, long total, PrintStream out, LongSupplier nanos) {
        return new Progress(new Span(task, from, total), null, out, nanos);
    }

    /** What one step shows; values that are not known are NaN and left out. */
    public record Reading(double loss, double lr, double imagesPerSecond) {
        String text() {
            StringBuilder text = new StringBuilder();
            add(text, "loss %.4f", loss);
            add(text, "lr %.2e", lr);
            add(text, imagesPerSecond < 10 ? "%.2f img/s" : "%.1f img/s", imagesPerSecond);
            return text.toString();
        }

        private static void add(StringBuilder text, String format, double value) {
            if (!Double.isNaN(value)) {
                text.append(text.length() == 0 ? "" : "  ").append(String.format(Locale.ROOT, format, value));
            }
        }
    }

    public void step(long step, Reading reading) {
        if (bar != null) {
            bar.stepTo(step);
            bar.setExtraMessage(reading.text() + "  " + memory());
            return;
        }
        long now = clock.getAsLong();
        long gap = Math.max(SHORTEST_GAP, Math.min(LONGEST_GAP, (now - start) / LINES_PER_ELAPSED));
        if (!spoken || step >= total || now - lastLine >= gap) {
            lines.println(line(step, reading, now));
            spoken = true;
            lastLine = now;
        }
    }

    /** Says something between two steps without tearing the bar apart. */
    public void say(String text) {
        if (bar != null) {
            lines.print("\r\033[K");
        }
        lines.println(text);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private String line(long step, Reading reading, long now) {
        double percent = total == 0 ? 100 : 100.0 * step / total;
        String left = step >= total
                ? "took " + duration(now - start)
                : step <= from ? "" : "left " + duration((now - start) / (step - from) * (total - step));
        return String.format(
                        Locale.ROOT,
                        "%s %d/%d (%.1f %%)  %s  %s  %s",
                        task,
                        step,
                        total,
                        percent,
                        reading.text(),
                        memory(),
                        left)
                .stripTrailing();
    }

    private static String memory() {
        return "RSS " + ProcessMemory.text(ProcessMemory.now().rss());
    }

    /** {@code 42s}, {@code 3m05s} or {@code 2h07m}. */
    static String duration(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        if (time.toHours() > 0) {
            return "%dh%02dm".formatted(time.toHours(), time.toMinutesPart());
        }
        return time.toMinutes() > 0
                ? "%dm%02ds".formatted(time.toMinutes(), time.toSecondsPart())
                : "%ds".formatted(time.toSeconds());
    }

    /** Java cannot ask about standard error alone: Linux tells through /proc, elsewhere the console stands for it. */
    private static boolean onTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        Path stderr = Path.of("/proc/self/fd/2");
        try {
            String target = Files.readSymbolicLink(stderr).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }
}
