package dev.fovea.data.instance;

/**
 * An object as it is seen in a picture of its image.
 *
 * @param box cut at the picture's edges
 * @param mask {@code [H, W]} of the picture, zeros and ones; {@code null} where boxes alone are wanted
 */
public record SeenObject(int label, BoundingBox box, byte[] mask) {}
