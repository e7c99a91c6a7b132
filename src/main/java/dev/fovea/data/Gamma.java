package dev.fovea.data;

/** Gamma-distributed numbers (Marsaglia and Tsang 2000), for the Beta draws of mixup. */
final class Gamma {
    private Gamma() {}

    static double draw(double shape, Rng rng) {
        if (!(shape > 0)) {
            throw new IllegalArgumentException("gamma shape %s is not positive".formatted(shape));
        }
        if (shape < 1) { // boosting: Gamma(a) = Gamma(a + 1) * U^(1/a)
            return draw(shape + 1, rng) * Math.pow(1 - rng.uniform(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = rng.normal();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - rng.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}
