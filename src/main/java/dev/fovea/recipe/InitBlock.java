package dev.fovea.recipe;

import dev.fovea.weights.LocaCheckpoint;
import java.util.List;
import java.util.Optional;

/**
 * The weights a run starts from.
 *
 * @param from a checkpoint, a weights file, or the folder of a run, whose last checkpoint is meant
 * @param fresh parts of the model that start anew although the file has them, such as {@code backbone.neck}
 * @param network which one, where training left a student and a teacher that averaged it; absent = the student
 */
public record InitBlock(String from, @Default("[]") List<String> fresh, Optional<LocaCheckpoint.Network> network) {
    /** All that the file has, of the student. */
    public InitBlock(String from) {
        this(from, List.of(), Optional.empty());
    }

    public InitBlock {
        fresh = List.copyOf(fresh);
    }
}
