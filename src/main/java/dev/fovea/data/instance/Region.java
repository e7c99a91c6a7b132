package dev.fovea.data.instance;

/** The pixels of one object, in the form in which a data set states them. */
public sealed interface Region permits Polygons, Rle {
    /** The pixels in an image of this size. */
    Rle rle(int height, int width);
}
