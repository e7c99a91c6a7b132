package dev.fovea.data.scenes;

/** What lies behind the objects: how much of the second colour shows at a place, in [0, 1]; the image is one unit wide. */
enum Backdrop {
    GRADIENT {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            return 0.15 + 0.7 * y + 0.15 * (noise.at(3 * x, 3 * y) - 0.5);
        }
    },
    CLOUDS {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            return stretch(noise.fractal(4 * scale * x, 4 * scale * y, 4), 1.8);
        }
    },
    STRIPES {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            double bend = 0.25 * noise.at(2 * x, 2 * y);
            return stretch(0.5 + 0.5 * Noise.wave(5 * scale * y + bend), 1.3);
        }
    },
    CHECKER {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            double depth = 1 / (0.6 + 0.5 * Math.abs(y));
            double u = 5 * scale * x * depth;
            double v = 5 * scale * y * depth;
            return 0.5 + 0.4 * Math.min(Math.max(5 * Noise.wave(u / 2) * Noise.wave(v / 2), -1), 1);
        }
    },
    GRASS {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            double lean = 0.1 * noise.at(4 * x, 4 * y);
            double blades = noise.at(34 * (x + lean), 5 * y) + noise.at(60 * (x - lean), 9 * y + 50);
            return stretch(0.35 * blades + 0.3 * noise.at(3 * x + 9, 3 * y), 1.8);
        }
    },
    WATER {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            double swell = noise.fractal(3 * x, 7 * y, 2);
            double ripple = 1 - Math.abs(Noise.wave(4 * scale * y + 1.6 * swell));
            return 0.25 * noise.at(2 * x, 2 * y) + 0.75 * ripple * ripple;
        }
    },
    BRICKS {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            double v = 7 * scale * y;
            int row = (int) Math.floor(v);
            double u = 3.5 * scale * x + 0.5 * (row & 1);
            int column = (int) Math.floor(u);
            double edge = Math.min(Math.min(u - column, column + 1 - u) * 2, Math.min(v - row, row + 1 - v));
            double brick = 0.45 + 0.4 * noise.corner(column, row) + 0.15 * noise.at(30 * x, 30 * y);
            return edge < 0.09 ? 0.05 : brick;
        }
    },
    PEBBLES {
        @Override
        double at(double x, double y, Noise noise, double scale) {
            return stretch(1 - noise.cells(6 * scale * x, 6 * scale * y), 1.6);
        }
    };

    abstract double at(double x, double y, Noise noise, double scale);

    private static double stretch(double t, double gain) {
        return Math.min(Math.max(0.5 + (t - 0.5) * gain, 0), 1);
    }
}
