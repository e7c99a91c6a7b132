package dev.fovea.data.scenes;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Rle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes landscapes with a class for each pixel ({@link SceneClass}). Colours, light, weather and layout vary freely, so that
 * no colour tells a class. A scene depends on (seed, index) and nothing else.
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

    /** The image, and for each pixel {@link SceneClass#label}. */
    public Masked<Image> generate(long seed, long index) {
        SceneRandom random = new SceneRandom(seed, index);
        Raster raster = new Raster(size);
        new Landscape(random).layers().forEach(raster::paint);
        return raster.develop(random);
    }

    /**
     * The same scene with what can be seen of each house and tree; those that others hide wholly are left out. Its semantic map
     * is that of {@link #generate}.
     */
    public Annotated<Image> objects(long seed, long index) {
        SceneRandom random = new SceneRandom(seed, index);
        Raster raster = new Raster(size);
        List<SceneLayer> layers = new Landscape(random).layers();
        layers.forEach(raster::paint);
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            SceneClass kind = layers.get(i).kind();
            if (kind.isObject()) {
                Rle visible = Rle.encode(size, size, raster.visible(i));
                if (visible.area() > 0) {
                    int label = kind.label() - SceneClass.HOUSE.label();
                    long id = index * Byte.MAX_VALUE + i;
                    instances.add(new Instance(id, label, visible.box(), visible.area(), false, visible));
                }
            }
        }
        ImageEntry entry = new ImageEntry(index, SceneSource.name(seed, index), size, size);
        Masked<Image> scene = raster.develop(random);
        return new Annotated<>(scene.image(), entry, instances, Optional.of(scene.mask()));
    }

    /** The same scene cut into segments: each house and tree, and each of the other classes as a whole. */
    public Annotated<Image> segments(long seed, long index) {
        Annotated<Image> objects = objects(seed, index);
        LabelMap mask = generate(seed, index).mask();
        List<Instance> all = new ArrayList<>();
        for (SceneClass kind : SceneClass.values()) {
            if (!kind.isObject()) {
                Rle pixels = Rle.encode(size, size, of(mask, kind));
                if (pixels.area() > 0) {
                    all.add(new Instance(all.size() + 1L, kind.label(), pixels.box(), pixels.area(), false, pixels));
                }
            }
        }
        for (Instance each : objects.instances()) {
            int label = each.label() + SceneClass.HOUSE.label();
            all.add(new Instance(all.size() + 1L, label, each.box(), each.area(), false, each.region()));
        }
        return new Annotated<>(objects.image(), objects.entry(), all);
    }

    private static byte[] of(LabelMap mask, SceneClass kind) {
        byte[] pixels = new byte[mask.labels().length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (mask.labels()[i] == kind.label() ? 1 : 0);
        }
        return pixels;
    }
}
