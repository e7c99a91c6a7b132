package dev.fovea.study;

import dev.fovea.train.RunInUseException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;

/** Runs the cells of a study that are not done yet, one after the other, and writes the table after each. */
final class StudyRun {
    private static final double NANOS = 1e9;

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
    List<Cell> run(Studies.Wish wish) throws IOException {
        long start = System.nanoTime();
        Optional<Publication> published = wish.publish().map(target -> new Publication(study, target));
        checkSettings(published, wish.keepStale());
        List<Cell> failed = new ArrayList<>();
        for (Cell cell : study.cells()) {
            if (!wish.wants(study, cell) || !isToRun(cell, published(published), wish)) {
                continue;
            }
            if (study.needs(cell).stream().anyMatch(before -> local(before).isEmpty())) {
                say.println("left out: " + cell + ", because the stage before it is not done");
                continue;
            }
            long spent = System.nanoTime() - start;
            if (wish.budget().isPresent() && spent >= wish.budget().get().toNanos()) {
                say.printf(
                        "the budget of %d minutes is used; the next cell is %s%n",
                        wish.budget().get().toMinutes(), cell);
                break;
            }
            if (published(published).containsKey(cell)) {
                say.println("published already, but a later stage needs its weights: " + cell);
            }
            if (!runOne(cell, failed)) {
                break;
            }
            publish(published);
        }
        publish(published);
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
            var metrics = work.run(cell, each -> each.folder(folder));
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
            tidy(place);
        } catch (RunInUseException e) {
            say.println("left out: " + cell + ", which another process computes");
        } catch (IOException | RuntimeException e) {
            say.println("failed: " + cell + ": " + e);
            failed.add(cell);
        }
        return true;
    }

    /** The cell is done, whatever becomes of what it leaves. */
    private void tidy(Path place) {
        try {
            work.tidy(place);
        } catch (IOException e) {
            say.println("not tidied: " + place + ": " + e);
        }
    }

    /** A result that was published is enough, unless a later stage is to be run, which needs the weights themselves. */
    private boolean isToRun(Cell cell, Map<Cell, CellResult> published, Studies.Wish wish) {
        return local(cell).isEmpty()
                && (!published.containsKey(cell)
                        || study.after(cell).stream()
                                .anyMatch(later -> wish.wants(study, later) && isToRun(later, published, wish)));
    }

    /** Results of other settings are an error, unless they are wanted as they are. */
    private void checkSettings(Optional<Publication> publication, boolean keep) {
        List<String> stale = new ArrayList<>();
        Map<Cell, CellResult> published = published(publication);
        for (Cell cell : study.cells()) {
            if (local(cell).filter(this::isStale).isPresent()) {
                stale.add("%s was computed with other settings than the study has now; delete %s"
                        .formatted(cell, cell.folder(folder)));
            }
            if (published.containsKey(cell) && isStale(published.get(cell))) {
                stale.add("%s was published with other settings than the study has now; delete its line in %s"
                        .formatted(cell, publication.orElseThrow().cells()));
            }
        }
        if (keep) {
            stale.forEach(each -> say.println("kept: " + each + " to compute it again"));
        } else if (!stale.isEmpty()) {
            throw new IllegalStateException(
                    "%s to compute it again, or count all such results (%d) as done with --keep-stale"
                            .formatted(stale.get(0), stale.size()));
        }
    }

    private boolean isStale(CellResult done) {
        return !done.settings().equals(digest(done.cell()));
    }

    /** A digest of the cell's settings and of those of all cells that it builds on. */
    private String digest(Cell cell) {
        String below = study.needs(cell).stream().map(this::digest).collect(Collectors.joining("\n"));
        try {
            byte[] text = (work.settings(cell) + "\n" + below).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<CellResult> local(Cell cell) {
        return CellResult.read(cell.folder(folder));
    }

    private static Map<Cell, CellResult> published(Optional<Publication> publication) {
        return publication.map(Publication::read).orElse(Map.of());
    }

    /** Shows all known results in the study's folder, and adds its own ones to the published ones. */
    private void publish(Optional<Publication> publication) {
        new Publication(study, folder).update(there -> withLocal(published(publication)));
        publication.ifPresent(each -> each.update(this::withLocal));
    }

    private Map<Cell, CellResult> withLocal(Map<Cell, CellResult> results) {
        Map<Cell, CellResult> all = new LinkedHashMap<>(results);
        study.cells().forEach(cell -> local(cell).ifPresent(result -> all.put(cell, result)));
        return all;
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
