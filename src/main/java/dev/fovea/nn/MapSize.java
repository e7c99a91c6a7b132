package dev.fovea.nn;

/** Height and width of a map whose cells stand row-major in a token sequence. */
public record MapSize(int height, int width) {
    public long area() {
        return (long) height * width;
    }
}
