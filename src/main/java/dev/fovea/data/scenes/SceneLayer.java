package dev.fovea.data.scenes;

/** One thing in a landscape, painted over what lies behind it. Places are in [0, 1], x to the right and y down. */
interface SceneLayer {
    SceneClass kind();

    /** How far a place lies outside the outline (negative inside), in widths of the image. */
    double distance(double x, double y);

    Colour colour(double x, double y);

    /** The rows it may cover. */
    default double top() {
        return 0;
    }

    default double bottom() {
        return 1;
    }
}
