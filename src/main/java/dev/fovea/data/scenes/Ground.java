package dev.fovea.data.scenes;

/** What reaches across a landscape: sky, hills, field and water. */
final class Ground {
    private Ground() {}

    /** @param scale of the clouds, in clouds per width */
    record Sky(SceneColours colours, double horizon, Noise noise, double scale) implements SceneLayer {
        @Override
        public SceneClass kind() {
            return SceneClass.SKY;
        }

        @Override
        public double distance(double x, double y) {
            return -1;
        }

        @Override
        public Colour colour(double x, double y) {
            double cloud = Math.max(noise.fractal(scale * x, 2 * scale * y, 3) - 0.5, 0) * 2.5;
            double haze = Math.min(Math.max(y / horizon, 0), 1) * 0.35;
            return colours.sky().mix(colours.cloud(), Math.min(cloud + haze, 1));
        }
    }

    /** @param height of its highest peaks over the foot; {@code scale}: peaks per width */
    record Ridge(Colour body, double foot, double height, double scale, Noise noise) implements SceneLayer {
        @Override
        public SceneClass kind() {
            return SceneClass.HILLS;
        }

        @Override
        public double distance(double x, double y) {
            double outline = foot - height * (0.15 + 0.85 * noise.fractal(scale * x, 0, 3));
            return outline - y;
        }

        @Override
        public Colour colour(double x, double y) {
            return body.times(0.9 + 0.25 * (noise.fractal(6 * x, 9 * y, 2) - 0.5));
        }

        @Override
        public double bottom() {
            return foot + 0.02;
        }
    }

    /** @param furrows how strongly it is ploughed */
    record Field(Colour body, double horizon, double furrows, Noise noise) implements SceneLayer {
        @Override
        public SceneClass kind() {
            return SceneClass.FIELD;
        }

        @Override
        public double distance(double x, double y) {
            return horizon - y + 0.01 * (noise.at(3 * x, 0) - 0.5);
        }

        @Override
        public Colour colour(double x, double y) {
            double depth = 1 / (0.15 + Math.max(y - horizon, 0));
            double rows = furrows * Noise.wave(0.9 * (x - 0.5) * depth + 0.3 * noise.at(2 * x, 2 * y));
            return body.times(0.95 + 0.3 * (noise.fractal(4 * x, 3 * depth, 3) - 0.5) + 0.3 * rows);
        }

        @Override
        public double top() {
            return horizon - 0.02;
        }
    }

    /** @param halfWidth and {@code halfHeight} of the lake's outline */
    record Water(Colour body, Colour mirrored, double x, double y, double halfWidth, double halfHeight, Noise noise)
            implements SceneLayer {
        @Override
        public SceneClass kind() {
            return SceneClass.WATER;
        }

        @Override
        public double distance(double atX, double atY) {
            double u = (atX - x) / halfWidth;
            double v = (atY - y) / halfHeight;
            double shore = 1 + 0.5 * (noise.at(5 * atX, 5 * atY) - 0.5);
            return (Math.sqrt(u * u + v * v) - shore) * halfHeight;
        }

        @Override
        public Colour colour(double atX, double atY) {
            double ripple = noise.fractal(4 * atX, 30 * atY, 2);
            return body.mix(mirrored, Math.min(Math.max(1.6 * ripple - 0.6, 0), 1));
        }

        @Override
        public double top() {
            return y - 1.5 * halfHeight;
        }

        @Override
        public double bottom() {
            return y + 1.5 * halfHeight;
        }
    }
}
