package dev.fovea.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a cell computes. The study decides which cells are run, and where. */
interface CellWork {
    /** Everything that decides a cell's outcome, besides the cells it builds on. */
    String settings(Cell cell);

    /**
     * Runs the cell, going on where an earlier attempt stopped; gives back its scores.
     *
     * @param folders of this cell and of those it builds on
     * @return empty when it was asked to stop
     */
    Optional<Map<String, Double>> run(Cell cell, Function<Cell, Path> folders) throws IOException;

    /** Deletes what only going on with the cell would need; its result is on the disk. */
    default void tidy(Path folder) throws IOException {}
}
