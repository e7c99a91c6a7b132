package dev.fovea.study;

import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/** Runs the cells of a study that are not done yet, one after the other, and writes the table after each. */
final class StudyRun {
    private static final double NANOS = 1e9;

    /**
     * Which cells, and for how long.
     *
     * @param rows only these; empty = all
     * @param budget no cell is begun after this time
     */
    record Limits(List<String> rows, Optional<Duration> budget) {}

    private final Study study;
    private final CellWork work;
    private final Path folder;
    private final String commit;
    private final PrintStream say;

    StudyRun(Study study, CellWork work, Path folder, String commit, PrintStream say) {
        this.study = study;
        this.work = work;
        this.folder = folder;
        this.commit = commit;
        this.say = say;
    }

    /** Gives back the cells that failed; the others are done, or left for the next call. */
    List<Cell> run(Limits limits) throws IOException {
        long start = System.nanoTime();
        List<Cell> failed = new ArrayList<>();
        for (Cell cell : study.cells()) {
            boolean wanted = limits.rows().isEmpty() || limits.rows().contains(cell.row());
            if (!wanted || isDone(cell)) {
                continue;
            }
            if (study.before(cell).filter(before -> !isDone(before)).isPresent()) {
                say.println("left out: " + cell + ", because the stage before it is not done");
                continue;
            }
            long spent = System.nanoTime() - start;
            if (limits.budget().isPresent() && spent >= limits.budget().get().toNanos()) {
                say.printf(
                        "the budget of %d minutes is used; the next cell is %s%n",
                        limits.budget().get().toMinutes(), cell);
                break;
            }
            if (!runOne(cell, failed)) {
                break;
            }
        }
        publish(folder);
        return failed;
    }

    /** @return false when the process was asked to stop */
    private boolean runOne(Cell cell, List<Cell> failed) {
        say.println("cell: " + cell);
        long start = System.nanoTime();
        long cpu = cpuNanos();
        Path place = cell.folder(folder);
        // A model lives as long as its cell: the scope ends both at once.
        try (PointerScope scope = new PointerScope()) {
            var metrics = work.run(cell, place, study.before(cell).map(before -> before.folder(folder)));
            if (metrics.isEmpty()) {
                say.println("stopped in cell " + cell + "; the next call goes on there");
                return false;
            }
            new CellResult(
                            cell,
                            metrics.get(),
                            digest(cell),
                            (System.nanoTime() - start) / NANOS,
                            (cpuNanos() - cpu) / NANOS,
                            commit)
                    .write(place);
            say.println("  " + metrics.get());
            publish(folder);
        } catch (IOException | RuntimeException e) {
            say.println("failed: " + cell + ": " + e);
            failed.add(cell);
        }
        return true;
    }

    private boolean isDone(Cell cell) {
        Optional<CellResult> result = CellResult.read(cell.folder(folder));
        result.ifPresent(done -> {
            if (!done.settings().equals(digest(cell))) {
                throw new IllegalStateException(
                        "%s was computed with other settings than the study has now; delete %s to compute it again"
                                .formatted(cell, cell.folder(folder)));
            }
        });
        return result.isPresent();
    }

    /** A digest of the cell's settings and of those of all cells that it builds on. */
    private String digest(Cell cell) {
        String below = study.before(cell).map(this::digest).orElse("");
        try {
            byte[] text = (work.settings(cell) + "\n" + below).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The results that the study's folder holds, in the order of the study. */
    List<CellResult> results() {
        return study.cells().stream()
                .flatMap(cell -> CellResult.read(cell.folder(folder)).stream())
                .toList();
    }

    /** Writes {@code cells.jsonl}, {@code table.md} and {@code plot.svg}. */
    void publish(Path target) {
        List<CellResult> results = results();
        StudyTable table = new StudyTable(study, results);
        StringBuilder lines = new StringBuilder();
        results.forEach(result -> lines.append(result.line()).append('\n'));
        write(target.resolve("cells.jsonl"), lines.toString());
        write(target.resolve("table.md"), table.markdown());
        write(target.resolve("plot.svg"), new StudyPlot(study, table).svg());
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder of " + file, e);
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, channel -> {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        });
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
