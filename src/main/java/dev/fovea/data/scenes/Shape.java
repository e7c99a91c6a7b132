package dev.fovea.data.scenes;

/** Outlines as signed distances (negative inside), about one unit in radius (formulas: iquilezles.org, "2D distance functions"). */
enum Shape {
    DISC {
        @Override
        double distance(double u, double v) {
            return Math.sqrt(u * u + v * v) - 0.95;
        }
    },
    SQUARE {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.8, 0.8);
        }
    },
    TRIANGLE {
        @Override
        double distance(double u, double v) {
            return Math.max(v - 0.6, Math.abs(u) * HALF_ROOT_3 - v * 0.5 - 0.6);
        }
    },
    STAR {
        @Override
        double distance(double u, double v) {
            return star(u, v, 1.12, 0.45);
        }
    },
    RING {
        @Override
        double distance(double u, double v) {
            return Math.abs(Math.sqrt(u * u + v * v) - 0.75) - 0.22;
        }
    },
    CROSS {
        @Override
        double distance(double u, double v) {
            return Math.min(box(u, v, 1, 0.32), box(u, v, 0.32, 1));
        }
    },
    LEAF {
        @Override
        double distance(double u, double v) {
            double dx = Math.abs(u) + 0.6;
            return Math.sqrt(dx * dx + v * v) - 1.1;
        }
    },
    BAR {
        @Override
        double distance(double u, double v) {
            return box(u, v, 1.05, 0.28);
        }
    };

    private static final double HALF_ROOT_3 = 0.8660254037844386;

    abstract double distance(double u, double v);

    private static double box(double u, double v, double halfWidth, double halfHeight) {
        double dx = Math.abs(u) - halfWidth;
        double dy = Math.abs(v) - halfHeight;
        double outside = Math.sqrt(Math.max(dx, 0) * Math.max(dx, 0) + Math.max(dy, 0) * Math.max(dy, 0));
        return outside + Math.min(Math.max(dx, dy), 0);
    }

    /** A star of five points, folded onto one of its ten equal edges. */
    private static double star(double u, double v, double radius, double inner) {
        double c1 = 0.809016994375;
        double s1 = -0.587785252292;
        double x = Math.abs(u);
        double y = v;
        double fold = 2 * Math.max(c1 * x + s1 * y, 0);
        x -= fold * c1;
        y -= fold * s1;
        fold = 2 * Math.max(-c1 * x + s1 * y, 0);
        x = Math.abs(x + fold * c1);
        y -= fold * s1 + radius;
        double edgeX = inner * -s1;
        double edgeY = inner * c1 - 1;
        double along = (x * edgeX + y * edgeY) / (edgeX * edgeX + edgeY * edgeY);
        double h = Math.min(Math.max(along, 0), radius);
        double dx = x - edgeX * h;
        double dy = y - edgeY * h;
        double distance = Math.sqrt(dx * dx + dy * dy);
        return y * edgeX > x * edgeY ? distance : -distance;
    }
}
