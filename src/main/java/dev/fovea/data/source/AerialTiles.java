package dev.fovea.data.source;

import dev.fovea.data.Box;
import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Large pictures from the air in overlapping windows; the last one of a row or column ends with the picture. Each window
 * decodes its whole picture, so that a cache of decoded windows pays. One town of ISPRS has infrared where the other
 * has blue: what both have is kept, and the third channel is the mean of red and green.
 */
final class AerialTiles implements Source<Masked<Image>> {
    static final int SIDE = 800;
    private static final int STEP = 600;
    private static final int BYTE = 0xFF;

    private final List<Tile> tiles = new ArrayList<>();
    private final int firstChannel;
    private final ColourTable colours;
    private final List<String> classNames;

    private record Tile(MaskPair pair, Box window) {}

    /** @param firstChannel where red is: 0, or 1 after infrared */
    AerialTiles(List<MaskPair> pairs, int firstChannel, ColourTable colours, List<String> classNames)
            throws IOException {
        this.firstChannel = firstChannel;
        this.colours = colours;
        this.classNames = List.copyOf(classNames);
        for (MaskPair pair : pairs) {
            addWindows(pair);
        }
    }

    private void addWindows(MaskPair pair) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(pair.image().toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DecodeException(pair.name(), "is of a kind whose size cannot be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                for (int top : starts(height)) {
                    for (int left : starts(width)) {
                        tiles.add(new Tile(pair, new Box(top, left, Math.min(SIDE, height), Math.min(SIDE, width))));
                    }
                }
            } finally {
                reader.dispose();
            }
        }
    }

    /** Where windows begin along a side. */
    static int[] starts(int length) {
        int last = Math.max(0, length - SIDE);
        int windows = 1 + (last + STEP - 1) / STEP;
        return IntStream.range(0, windows).map(i -> Math.min(i * STEP, last)).toArray();
    }

    @Override
    public int size() {
        return tiles.size();
    }

    @Override
    public String name(int index) {
        Tile tile = tiles.get(index);
        return "%s@%d,%d"
                .formatted(
                        tile.pair().name(), tile.window().left(), tile.window().top());
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Masked<Image> read(int index) throws IOException {
        Tile tile = tiles.get(index);
        Image image = decode(tile.pair().image(), name(index));
        String maskName = name(index) + " (mask " + tile.pair().mask().getFileName() + ")";
        Image mask = decode(tile.pair().mask(), maskName);
        if (mask.width() != image.width() || mask.height() != image.height()) {
            throw new DecodeException(
                    maskName,
                    "%d x %d pixels do not fit the image of %d x %d"
                            .formatted(mask.width(), mask.height(), image.width(), image.height()));
        }
        LabelMap labels = colours.labels(mask.crop(tile.window()));
        return new Masked<>(redAndGreen(image.crop(tile.window())), labels);
    }

    private static Image decode(Path file, String name) throws IOException {
        return ImageDecoder.decode(Files.readAllBytes(file), name);
    }

    private Image redAndGreen(Image image) {
        byte[] from = image.rgb();
        byte[] rgb = new byte[from.length];
        for (int at = 0; at < rgb.length; at += Image.CHANNELS) {
            byte red = from[at + firstChannel];
            byte green = from[at + firstChannel + 1];
            rgb[at] = red;
            rgb[at + 1] = green;
            rgb[at + 2] = (byte) (((red & BYTE) + (green & BYTE)) / 2);
        }
        return new Image(image.width(), image.height(), rgb);
    }
}
