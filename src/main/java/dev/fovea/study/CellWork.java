package dev.fovea.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a cell computes. The study decides which cells are run, and where. */
interface CellWork {
    /** Everything that decides a cell's outcome, besides the cell it builds on. */
    String settings(Cell cell);

    /**
     * Runs the cell, going on where an earlier attempt stopped; gives back its scores.
     *
     * @param before the folder of the cell it builds on
     * @return empty when it was asked to stop
     */
    Optional<Map<String, Double>> run(Cell cell, Path folder, Optional<Path> before) throws IOException;
}
