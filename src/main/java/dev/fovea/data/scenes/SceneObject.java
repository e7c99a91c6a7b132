package dev.fovea.data.scenes;

/**
 * One object in the plane, lengths in widths of the image.
 *
 * @param cos and {@code sin}: of its rotation, already divided by its radius
 * @param aspect height over width
 * @param period of its texture, in radii
 * @param first colour, and {@code second} of the texture
 */
record SceneObject(
        Shape shape,
        Texture texture,
        int label,
        double x,
        double y,
        double radius,
        double cos,
        double sin,
        double aspect,
        double period,
        Colour first,
        Colour second) {

    static SceneObject draw(Shape shape, Texture texture, int label, SceneRandom random) {
        double radius = random.between(0.2, 0.36);
        double turn = random.uniform();
        Colour first = Colour.draw(random, 0.35, 1);
        return new SceneObject(
                shape,
                texture,
                label,
                random.between(0.08, 0.92),
                random.between(0.08, 0.92),
                radius,
                Noise.wave(turn + 0.25) / radius,
                Noise.wave(turn) / radius,
                random.between(0.75, 1),
                random.between(0.3, 0.45),
                first,
                first.contrast(random, random.between(0.3, 0.6)));
    }

    double u(double dx, double dy) {
        return dx * cos + dy * sin;
    }

    double v(double dx, double dy) {
        return (dy * cos - dx * sin) / aspect;
    }

    /** How far a place lies outside the outline, in widths of the image. */
    double distance(double dx, double dy) {
        return shape.distance(u(dx, dy), v(dx, dy)) * radius * aspect;
    }

    /** How much of the second colour shows. */
    double pattern(double dx, double dy) {
        return texture.at(u(dx, dy) / period, v(dx, dy) / period);
    }
}
