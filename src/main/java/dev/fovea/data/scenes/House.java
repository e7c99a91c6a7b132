package dev.fovea.data.scenes;

/**
 * A house seen from the front: a wall with a door and windows under a gabled roof.
 *
 * @param width and {@code height} of the wall; {@code gable}: height of the roof
 */
record House(Colour wall, Colour roof, double x, double foot, double width, double height, double gable)
        implements Landscape.Standing {
    private static final double EAVES = 1.15;

    static House draw(SceneColours colours, double x, double foot, double size, SceneRandom random) {
        double width = size * random.between(0.2, 0.32);
        return new House(
                colours.wall().times(random.between(0.92, 1.08)),
                colours.roof().times(random.between(0.92, 1.08)),
                x,
                foot,
                width,
                width * random.between(0.5, 0.8),
                width * random.between(0.35, 0.6));
    }

    @Override
    public SceneClass kind() {
        return SceneClass.HOUSE;
    }

    @Override
    public double distance(double atX, double atY) {
        double across = Math.abs(atX - x);
        double up = foot - atY;
        double wallDistance = Math.max(across - width / 2, Math.max(-up, up - height));
        return Math.min(wallDistance, roofDistance(across, up));
    }

    private double roofDistance(double across, double up) {
        double half = EAVES * width / 2;
        return Math.max(height - up, (across - half * (height + gable - up) / gable) * 0.7);
    }

    @Override
    public Colour colour(double atX, double atY) {
        double across = Math.abs(atX - x);
        double up = foot - atY;
        if (roofDistance(across, up) < 0) {
            return roof.times(0.95 + 0.08 * Noise.wave(8 * up / gable));
        }
        boolean door = across < 0.1 * width && up < 0.6 * height;
        boolean window = Math.abs(across - 0.3 * width) < 0.09 * width && Math.abs(up - 0.6 * height) < 0.17 * height;
        return door || window ? wall.times(0.4) : wall;
    }

    @Override
    public double top() {
        return foot - height - gable - 0.02;
    }
}
