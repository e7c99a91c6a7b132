package dev.fovea.study;

import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The files that show a study: {@code cells.jsonl}, {@code table.md} and {@code plot.svg}. Processes that run different
 * cells of one study may share the folder: each changes the files while it holds a lock.
 */
final class Publication {
    private final Study study;
    private final Path folder;

    Publication(Study study, Path folder) {
        this.study = study;
        this.folder = folder;
    }

    Path cells() {
        return folder.resolve("cells.jsonl");
    }

    /** The results in {@code cells.jsonl}; none where there is no such file. */
    Map<Cell, CellResult> read() {
        if (!Files.exists(cells())) {
            return Map.of();
        }
        try {
            Map<Cell, CellResult> results = new LinkedHashMap<>();
            for (String line : Files.readAllLines(cells())) {
                CellResult result = CellResult.parse(line);
                results.put(result.cell(), result);
            }
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + cells() + ": " + e.getMessage(), e);
        }
    }

    /** Writes the files anew from what {@code change} makes of the results that are there. */
    void update(UnaryOperator<Map<Cell, CellResult>> change) {
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                write(change.apply(read()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + folder + ": " + e.getMessage(), e);
        }
    }

    /** In the order of the study; cells that it does not have (any more) follow, so that none is lost. */
    private void write(Map<Cell, CellResult> results) {
        Map<Cell, CellResult> rest = new LinkedHashMap<>(results);
        StringBuilder lines = new StringBuilder();
        for (Cell cell : study.cells()) {
            CellResult result = rest.remove(cell);
            if (result != null) {
                lines.append(result.line()).append('\n');
            }
        }
        rest.values().forEach(result -> lines.append(result.line()).append('\n'));
        StudyTable table = new StudyTable(study, ofStudy(results.values()));
        AtomicFile.write(cells(), lines.toString());
        AtomicFile.write(folder.resolve("table.md"), table.markdown());
        AtomicFile.write(folder.resolve("plot.svg"), new StudyPlot(study, table).svg());
    }

    private List<CellResult> ofStudy(Collection<CellResult> results) {
        List<Cell> cells = study.cells();
        return results.stream().filter(result -> cells.contains(result.cell())).toList();
    }
}
