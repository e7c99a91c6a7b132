package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Rng;

/** Made-up pictures for property tests. */
final class Pictures {
    private Pictures() {}

    static Image noise(int width, int height, long seed) {
        Rng rng = Rng.of(seed, 0, 0);
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) rng.integer(0, 256);
        }
        return new Image(width, height, rgb);
    }

    static Image uniform(int width, int height, int red, int green, int blue) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return new Image(width, height, rgb);
    }

    /** Red holds the column, green the row, blue nothing. */
    static Image coordinates(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            rgb[3 * i] = (byte) (i % width);
            rgb[3 * i + 1] = (byte) (i / width);
        }
        return new Image(width, height, rgb);
    }

    /** The sum of column and row as the class. */
    static LabelMap diagonal(int width, int height) {
        byte[] labels = new byte[width * height];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) (i % width + i / width);
        }
        return new LabelMap(width, height, labels);
    }
}
