package dev.fovea.data.scenes;

/**
 * One generated image with its labels.
 *
 * @param size width and height in pixels
 * @param rgb {@code size * size * 3} bytes, row by row, red green blue
 * @param labels {@code size * size} bytes: 0 background, else {@link SceneClass#label}
 */
public record Scene(int size, byte[] rgb, byte[] labels) {}
