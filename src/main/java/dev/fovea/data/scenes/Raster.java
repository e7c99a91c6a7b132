package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;

/** The picture while it is being painted: colours as float, the class of the frontmost thing. */
final class Raster {
    private final int size;
    private final float[] rgb;
    private final byte[] labels;
    /** The layer that shows at each pixel, counted from 1 in the order of painting. */
    private final byte[] owners;

    private byte painted;

    Raster(int size) {
        this.size = size;
        this.rgb = new float[3 * size * size];
        this.labels = new byte[size * size];
        this.owners = new byte[size * size];
    }

    /** Paints a layer over what is there, with soft edges one pixel wide. */
    void paint(SceneLayer layer) {
        painted++;
        int bottom = bound(Math.ceil(layer.bottom() * size));
        for (int row = bound(Math.floor(layer.top() * size)); row < bottom; row++) {
            for (int column = 0; column < size; column++) {
                double x = (column + 0.5) / size;
                double y = (row + 0.5) / size;
                double cover = Math.min(Math.max(0.5 - layer.distance(x, y) * size, 0), 1);
                if (cover > 0) {
                    blend(row * size + column, layer.colour(x, y), cover);
                    if (cover >= 0.5) {
                        labels[row * size + column] = (byte) layer.kind().label();
                        owners[row * size + column] = painted;
                    }
                }
            }
        }
    }

    /** Lights the scene unevenly from one side, adds the camera's colour cast and noise, and rounds to bytes. */
    Masked<Image> develop(SceneRandom random) {
        double turn = random.uniform();
        double lightX = Noise.wave(turn + 0.25);
        double lightY = Noise.wave(turn);
        double slope = random.between(0, 0.2);
        double exposure = random.between(0.8, 1.1);
        double[] cast = {random.between(0.92, 1.08), random.between(0.94, 1.06), random.between(0.92, 1.08)};
        double grain = random.between(0, 0.03);
        byte[] bytes = new byte[rgb.length];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double lit = exposure * (1 + slope * ((2.0 * x / size - 1) * lightX + (2.0 * y / size - 1) * lightY));
                double common = grain * random.bell();
                for (int c = 0; c < 3; c++) {
                    int i = 3 * (y * size + x) + c;
                    double value = rgb[i] * lit * cast[c] + common + 0.5 * grain * random.bell();
                    bytes[i] = (byte) Math.min(Math.max((int) (value * 255 + 0.5), 0), 255);
                }
            }
        }
        return new Masked<>(new Image(size, size, bytes), new LabelMap(size, size, labels.clone()));
    }

    /** What can be seen of the layer that was painted as the n-th, counted from 0: {@code [H, W]} of zeros and ones. */
    byte[] visible(int layer) {
        byte[] mask = new byte[owners.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (owners[i] == layer + 1 ? 1 : 0);
        }
        return mask;
    }

    private int bound(double row) {
        return (int) Math.min(Math.max(row, 0), size);
    }

    private void blend(int pixel, Colour colour, double cover) {
        rgb[3 * pixel] += (float) ((colour.r() - rgb[3 * pixel]) * cover);
        rgb[3 * pixel + 1] += (float) ((colour.g() - rgb[3 * pixel + 1]) * cover);
        rgb[3 * pixel + 2] += (float) ((colour.b() - rgb[3 * pixel + 2]) * cover);
    }
}
