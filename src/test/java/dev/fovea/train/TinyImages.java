package dev.fovea.train;

import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.Rng;
import dev.fovea.data.Source;
import java.util.List;

/** Small images in two classes, light above or light below, with noise. */
record TinyImages(int size, int side, int offset) implements Source<Labelled<Image>> {
    @Override
    public String name(int index) {
        return "tiny-" + (offset + index) + ".png";
    }

    @Override
    public Labelled<Image> read(int index) {
        Rng rng = Rng.of(7, 0, offset + index);
        int label = label(index);
        byte[] rgb = new byte[side * side * Image.CHANNELS];
        for (int i = 0; i < rgb.length; i++) {
            boolean upper = i < rgb.length / 2;
            rgb[i] = (byte) (upper == (label == 0) ? 150 + rng.integer(0, 100) : rng.integer(0, 100));
        }
        return new Labelled<>(new Image(side, side, rgb), label);
    }

    @Override
    public int label(int index) {
        return (offset + index) % 2;
    }

    @Override
    public List<String> classNames() {
        return List.of("above", "below");
    }
}
