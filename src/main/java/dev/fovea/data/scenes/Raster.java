package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;

/** The picture while it is being painted: colours as float, lit from one side. */
final class Raster {
    private static final double SHADOW = 0.45;
    private static final double REACH = 1.25;

    private final int size;
    private final float[] rgb;
    private final byte[] labels;
    private final double lightX;
    private final double lightY;

    Raster(int size, double lightTurn) {
        this.size = size;
        this.rgb = new float[3 * size * size];
        this.labels = new byte[size * size];
        this.lightX = Noise.wave(lightTurn + 0.25);
        this.lightY = Noise.wave(lightTurn);
    }

    void set(int pixel, Colour first, Colour second, double t) {
        rgb[3 * pixel] = (float) (first.r() + (second.r() - first.r()) * t);
        rgb[3 * pixel + 1] = (float) (first.g() + (second.g() - first.g()) * t);
        rgb[3 * pixel + 2] = (float) (first.b() + (second.b() - first.b()) * t);
    }

    /** Paints an object over what is there, its shadow first. */
    void paint(SceneObject object) {
        double offset = 0.16 * object.radius();
        int left = bound(object.x() - REACH * object.radius() - offset);
        int right = bound(object.x() + REACH * object.radius() + offset + 1.0 / size);
        int top = bound(object.y() - REACH * object.radius() - offset);
        int bottom = bound(object.y() + REACH * object.radius() + offset + 1.0 / size);
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                double dx = (x + 0.5) / size - object.x();
                double dy = (y + 0.5) / size - object.y();
                double cover = coverage(object.distance(dx, dy), 1.0 / size);
                if (cover < 1) {
                    shade(y * size + x, object, dx + offset * lightX, dy + offset * lightY);
                }
                if (cover > 0) {
                    blend(y * size + x, object, dx, dy, cover);
                }
            }
        }
    }

    /** Lights the whole scene unevenly, adds the camera's colour cast and noise, and rounds to bytes. */
    Masked<Image> develop(SceneRandom random) {
        double slope = random.between(0, 0.25);
        double exposure = random.between(0.8, 1.15);
        double[] cast = {random.between(0.9, 1.1), random.between(0.92, 1.08), random.between(0.9, 1.1)};
        double grain = random.between(0, 0.035);
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

    private int bound(double place) {
        return Math.min(Math.max((int) (place * size), 0), size);
    }

    private static double coverage(double distance, double softness) {
        return Math.min(Math.max(0.5 - distance / softness, 0), 1);
    }

    private void shade(int pixel, SceneObject object, double dx, double dy) {
        double shadow = SHADOW * coverage(object.distance(dx, dy), 0.25 * object.radius());
        for (int c = 3 * pixel; c < 3 * pixel + 3; c++) {
            rgb[c] *= (float) (1 - shadow);
        }
    }

    private void blend(int pixel, SceneObject object, double dx, double dy, double cover) {
        double across = (dx * lightX + dy * lightY) / object.radius();
        double bulge = (dx * dx + dy * dy) / (object.radius() * object.radius());
        double lit = 0.95 + 0.25 * across - 0.15 * bulge;
        double t = object.pattern(dx, dy);
        Colour a = object.first();
        Colour b = object.second();
        mix(3 * pixel, (a.r() + (b.r() - a.r()) * t) * lit, cover);
        mix(3 * pixel + 1, (a.g() + (b.g() - a.g()) * t) * lit, cover);
        mix(3 * pixel + 2, (a.b() + (b.b() - a.b()) * t) * lit, cover);
        if (cover >= 0.5) {
            labels[pixel] = (byte) object.label();
        }
    }

    private void mix(int i, double value, double cover) {
        rgb[i] += (float) ((value - rgb[i]) * cover);
    }
}
