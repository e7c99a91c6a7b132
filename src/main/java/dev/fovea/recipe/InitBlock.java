package dev.fovea.recipe;

import java.util.List;

/**
 * The weights a run starts from.
 *
 * @param from a checkpoint, a weights file, or the folder of a run, whose last checkpoint is meant
 * @param fresh parts of the model that start anew although the file has them, such as {@code backbone.neck}
 */
public record InitBlock(String from, @Default("[]") List<String> fresh) {
    public InitBlock {
        fresh = List.copyOf(fresh);
    }
}
