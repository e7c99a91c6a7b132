package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.Masked;

/**
 * Makes scenes: a textured background and one to four objects of the four classes. Shapes, colours, sizes, angles, light,
 * occlusion and noise vary freely, so that only the texture tells a class. A scene depends on (seed, index) and nothing else.
 */
public final class SceneGenerator {
    public static final int DEFAULT_SIZE = 96;

    private static final int SMALLEST = 16;

    private final int size;

    public SceneGenerator(int size) {
        if (size < SMALLEST) {
            throw new IllegalArgumentException("scene size %d is below %d pixels".formatted(size, SMALLEST));
        }
        this.size = size;
    }

    public int size() {
        return size;
    }

    /** The image, and for each pixel 0 = background or {@link SceneClass#label}. */
    public Masked<Image> generate(long seed, long index) {
        SceneRandom random = new SceneRandom(seed, index);
        Raster raster = new Raster(size, random.between(0, 1));
        paintBackdrop(raster, random);
        int objects = 1 + random.below(4);
        for (int i = 0; i < objects; i++) {
            Shape shape = Shape.values()[random.below(Shape.values().length)];
            SceneClass each = SceneClass.values()[random.below(SceneClass.values().length)];
            raster.paint(SceneObject.draw(shape, each.texture, each.label(), random));
        }
        return raster.develop(random);
    }

    private void paintBackdrop(Raster raster, SceneRandom random) {
        Backdrop backdrop = Backdrop.values()[random.below(Backdrop.values().length)];
        Noise noise = new Noise(random.next());
        Colour first = Colour.draw(random, 0.15, 0.95);
        Colour second = first.contrast(random, random.between(0.12, 0.5));
        double turn = backdrop == Backdrop.GRASS || backdrop == Backdrop.WATER || backdrop == Backdrop.BRICKS
                ? random.between(-0.05, 0.05)
                : random.uniform();
        double cos = Noise.wave(turn + 0.25) / size;
        double sin = Noise.wave(turn) / size;
        double scale = random.between(0.6, 1.5);
        double half = size / 2.0;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double u = (x - half) * cos - (y - half) * sin + 0.5;
                double v = (x - half) * sin + (y - half) * cos + 0.5;
                double t = Math.min(Math.max(backdrop.at(u, v, noise, scale), 0), 1);
                raster.set(y * size + x, first, second, t);
            }
        }
    }
}
