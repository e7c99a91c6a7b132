package dev.fovea.recipe;

/**
 * The weights a run starts from.
 *
 * @param from a checkpoint, a weights file, or the folder of a run, whose last checkpoint is meant
 */
public record InitBlock(String from) {}
