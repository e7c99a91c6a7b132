package dev.fovea.report;

import dev.fovea.eval.coco.Detection;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Objects drawn on their image: masks tinted, boxes outlined, class and score beside. Classes have colours; objects have,
 * where there is one class only.
 *
 * @param leastScore objects with a lower one are not drawn
 */
public record ObjectPicture(List<String> classNames, double leastScore) {
    /** What is usually drawn. */
    public static final double LEAST_SCORE = 0.3;

    private static final double TINT = 0.45;
    private static final int TEXT_ROOM = 40;

    public ObjectPicture {
        classNames = List.copyOf(classNames);
    }

    /** The objects that are drawn. */
    public List<Detection> shown(List<Detection> found) {
        return found.stream().filter(each -> each.score() >= leastScore).toList();
    }

    public BufferedImage draw(BufferedImage image, List<Detection> found) {
        return drawn(image, shown(found), true);
    }

    BufferedImage withoutScores(BufferedImage image, List<Detection> objects) {
        return drawn(image, objects, false);
    }

    private BufferedImage drawn(BufferedImage image, List<Detection> objects, boolean scores) {
        BufferedImage picture = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = Ink.pen(picture);
        pen.drawImage(image, 0, 0, null);
        // Large objects first, so that small ones are not painted over.
        List<Detection> ordered = objects.stream()
                .sorted(Comparator.comparingDouble(
                                (Detection each) -> each.box().area())
                        .reversed())
                .toList();
        for (int i = 0; i < ordered.size(); i++) {
            tint(picture, ordered.get(i), colour(ordered.get(i), i));
        }
        for (int i = 0; i < ordered.size(); i++) {
            outline(pen, ordered.get(i), colour(ordered.get(i), i), scores);
        }
        pen.dispose();
        return picture;
    }

    private Color colour(Detection object, int position) {
        return Palette.series(classNames.size() > 1 ? object.label() : position);
    }

    private static void tint(BufferedImage picture, Detection object, Color colour) {
        if (object.mask() == null) {
            return;
        }
        byte[] mask = object.mask().rle(picture.getHeight(), picture.getWidth()).decode();
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 0) {
                int x = i % picture.getWidth(), y = i / picture.getWidth();
                picture.setRGB(x, y, Pixels.blend(new Color(picture.getRGB(x, y)), colour, TINT));
            }
        }
    }

    private void outline(Graphics2D pen, Detection object, Color colour, boolean score) {
        var box = object.box();
        pen.setColor(colour);
        pen.setStroke(new BasicStroke(1));
        pen.draw(new Rectangle2D.Double(box.x(), box.y(), Math.max(1, box.width() - 1), Math.max(1, box.height() - 1)));
        if (box.width() < TEXT_ROOM) {
            return;
        }
        String name = classNames.size() > 1 ? classNames.get(object.label()) : "";
        String text = score
                ? String.format(Locale.ROOT, "%s %.0f %%", name, 100 * object.score())
                        .strip()
                : name;
        String fitted = Ink.fit(text, Ink.Style.NOTE, (int) box.width());
        double x = box.x() + 2, y = Math.max(box.y() - 3, Ink.Style.NOTE.size);
        Ink.text(pen, fitted, Ink.Style.NOTE, Color.BLACK, x + 1, y + 1, 0);
        Ink.text(pen, fitted, Ink.Style.NOTE, colour.brighter(), x, y, 0);
    }
}
