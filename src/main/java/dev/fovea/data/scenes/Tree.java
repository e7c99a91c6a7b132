package dev.fovea.data.scenes;

/**
 * A tree: a trunk under a round or a pointed crown.
 *
 * @param radius of the crown; {@code height}: of its middle (round) or its foot (pointed) over the ground
 */
record Tree(Colour crown, boolean pointed, double x, double foot, double radius, double height, Noise noise)
        implements Landscape.Standing {
    private static final double TRUNK = 0.14;
    private static final double TALL = 2.6;

    static Tree draw(SceneColours colours, double x, double foot, double size, SceneRandom random) {
        double radius = size * random.between(0.09, 0.15);
        boolean pointed = random.chance(0.4);
        return new Tree(
                colours.crown().times(random.between(0.92, 1.08)),
                pointed,
                x,
                foot,
                radius,
                radius * (pointed ? random.between(0.3, 0.5) : random.between(1.3, 1.8)),
                new Noise(random.next()));
    }

    @Override
    public SceneClass kind() {
        return SceneClass.TREE;
    }

    @Override
    public double distance(double atX, double atY) {
        double up = foot - atY;
        double trunk = Math.max(Math.abs(atX - x) - TRUNK * radius, Math.max(-up, up - height));
        return Math.min(trunk, crownDistance(atX, up));
    }

    private double crownDistance(double atX, double up) {
        double dx = atX - x;
        double ragged = 0.35 * radius * (noise.at(4 * dx / radius, 4 * up / radius) - 0.5);
        if (pointed) {
            double left = 1 - (up - height) / (TALL * radius);
            return Math.max(height - up, 0.9 * (Math.abs(dx) - radius * left)) + 0.6 * ragged;
        }
        double dy = up - height;
        return Math.sqrt(dx * dx + dy * dy) - radius + ragged;
    }

    @Override
    public Colour colour(double atX, double atY) {
        double up = foot - atY;
        if (crownDistance(atX, up) > 0) {
            return crown.mix(new Colour(0.25, 0.18, 0.12), 0.7);
        }
        double leaves = noise.fractal(9 * atX / (8 * radius), 9 * atY / (8 * radius), 3);
        return crown.times(0.75 + 0.5 * leaves + 0.15 * (x - atX) / radius);
    }

    @Override
    public double top() {
        return foot - height - (pointed ? TALL + 0.3 : 1.3) * radius;
    }
}
