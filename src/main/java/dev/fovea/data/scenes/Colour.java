package dev.fovea.data.scenes;

/** Red, green and blue in [0, 1]. */
record Colour(double r, double g, double b) {
    /** Any hue and saturation, with a brightness between the bounds. */
    static Colour draw(SceneRandom random, double darkest, double brightest) {
        double hue = random.uniform();
        double saturation = random.between(0, 0.85);
        double value = random.between(darkest, brightest);
        return new Colour(
                channel(hue, saturation, value),
                channel(hue - 1.0 / 3, saturation, value),
                channel(hue - 2.0 / 3, saturation, value));
    }

    /** Another hue, darker or brighter than this by about the given difference. */
    Colour contrast(SceneRandom random, double difference) {
        double own = luminance();
        boolean brighter = own < 0.25 || own < 0.75 && random.chance(0.5);
        double wanted = Math.min(Math.max(own + (brighter ? difference : -difference), 0.04), 1);
        Colour other = draw(random, 0.5, 1);
        double gain = wanted / other.luminance();
        return other.times(gain);
    }

    /** This colour at t = 0, the other one at t = 1. */
    Colour mix(Colour other, double t) {
        return new Colour(r + (other.r - r) * t, g + (other.g - g) * t, b + (other.b - b) * t);
    }

    /** The same colour in other light. */
    Colour times(double gain) {
        return new Colour(r * gain, g * gain, b * gain);
    }

    double luminance() {
        return 0.3 * r + 0.59 * g + 0.11 * b;
    }

    private static double channel(double hue, double saturation, double value) {
        double turn = hue - Math.floor(hue);
        double ramp = Math.min(Math.max(Math.abs(turn * 6 - 3) - 1, 0), 1);
        return value * (1 - saturation + saturation * ramp);
    }
}
