package dev.fovea.report;

import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** An image cut into segments: each tinted with the colour of its class, with lines between neighbours and names inside. */
public record SegmentPicture(List<String> classNames) {
    private static final double TINT = 0.5;
    /** Pixels along one side of a square segment that has room for its name. */
    private static final int ROOM = 40;

    public SegmentPicture {
        classNames = List.copyOf(classNames);
    }

    public BufferedImage draw(BufferedImage image, Panoptic cut) {
        Pixels.requireSameSize(image, cut);
        int width = cut.width(), height = cut.height();
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] places = cut.places();
        int[] count = new int[cut.segments().size()];
        long[] sumX = new long[count.length], sumY = new long[count.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int place = places[y * width + x] - 1;
                boolean edge = x + 1 < width && places[y * width + x + 1] - 1 != place
                        || y + 1 < height && places[(y + 1) * width + x] - 1 != place;
                picture.setRGB(x, y, pixel(new Color(image.getRGB(x, y)), cut, place, edge));
                if (place >= 0) {
                    count[place]++;
                    sumX[place] += x;
                    sumY[place] += y;
                }
            }
        }
        Graphics2D pen = Ink.pen(picture);
        for (int i = 0; i < count.length; i++) {
            if (count[i] >= ROOM * ROOM) {
                String name = classNames.get(cut.segments().get(i).label());
                name(
                        pen,
                        Ink.fit(name, Ink.Style.NOTE, width),
                        (double) sumX[i] / count[i],
                        (double) sumY[i] / count[i]);
            }
        }
        pen.dispose();
        return picture;
    }

    private static int pixel(Color below, Panoptic cut, int place, boolean edge) {
        if (edge) {
            return Color.WHITE.getRGB();
        }
        if (place < 0) {
            return below.getRGB();
        }
        Segment segment = cut.segments().get(place);
        return Pixels.blend(below, segment.crowd() ? Palette.IGNORED : Palette.series(segment.label()), TINT);
    }

    private static void name(Graphics2D pen, String name, double x, double y) {
        Ink.text(pen, name, Ink.Style.NOTE, Color.BLACK, x + 1, y + 1, 0.5);
        Ink.text(pen, name, Ink.Style.NOTE, Color.WHITE, x, y, 0.5);
    }
}
