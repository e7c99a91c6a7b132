package dev.fovea.recipe;

/** Colour jitter (torchvision's ColorJitter); hue is a share of the colour circle. */
public record Jitter(double brightness, double contrast, double saturation, @Default("0") double hue) {
    public Jitter {
        Rule.notNegative("brightness", brightness);
        Rule.notNegative("contrast", contrast);
        Rule.notNegative("saturation", saturation);
        Rule.that(hue >= 0 && hue <= 0.5, "hue %s is not in [0, 0.5]", hue);
    }
}
