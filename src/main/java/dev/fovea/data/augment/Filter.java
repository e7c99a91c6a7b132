package dev.fovea.data.augment;

/** Pillow's resampling kernels; when shrinking they are stretched, which is what makes them antialias. */
public enum Filter {
    BILINEAR(1),
    BICUBIC(2),
    LANCZOS(3);

    private final double support;

    Filter(double support) {
        this.support = support;
    }

    /** The kernel is zero outside [-support, support]. */
    double support() {
        return support;
    }

    double weight(double x) {
        double distance = Math.abs(x);
        return switch (this) {
            case BILINEAR -> distance < 1 ? 1 - distance : 0;
            case BICUBIC -> cubic(distance);
            case LANCZOS -> distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        };
    }

    /** Keys' cubic with a = -0.5. */
    private static double cubic(double x) {
        double a = -0.5;
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
