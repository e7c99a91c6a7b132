package dev.fovea.recipe;

/** How images are resized, with Pillow's antialiasing. */
public enum Interpolation {
    BILINEAR,
    BICUBIC,
    LANCZOS
}
