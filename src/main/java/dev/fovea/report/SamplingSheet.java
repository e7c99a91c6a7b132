package dev.fovea.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where deformable attention looks from one place of an image: a row for each interaction, injector beside extractor. The
 * area of a dot is its weight, its colour the level that is sampled; points beyond the image's border are counted below.
 */
public final class SamplingSheet {
    private static final Color[] LEVELS = {new Color(0xfde34a), new Color(0xff8c42), new Color(0xd64f9b)};
    private static final Color MARK = new Color(0x35e0ff);
    private static final int CELL = 320;
    private static final double LARGEST = 0.035;
    private static final double SHADE = 0.35;

    private final BufferedImage image;
    private final int x;
    private final int y;
    private final List<Interaction> interactions = new ArrayList<>();

    /**
     * Sampled points of one query, ordered by head, then level, then number.
     *
     * @param perLevel points of one head in one level
     * @param x share of the image's width
     * @param y share of its height
     * @param weights of the points; those of a head sum to 1
     */
    public record Points(int levels, int perLevel, float[] x, float[] y, float[] weights) {
        private int levelOf(int point) {
            return point / perLevel % levels;
        }
    }

    /** Points of the two attentions, where they are there. */
    public record Interaction(Optional<Points> injector, Optional<Points> extractor) {}

    /** @param x and y, the pixel of the image that asks */
    public SamplingSheet(BufferedImage image, int x, int y) {
        this.image = image;
        this.x = x;
        this.y = y;
    }

    public SamplingSheet rows(List<Interaction> more) {
        interactions.addAll(more);
        return this;
    }

    public BufferedImage draw() {
        Grid grid = new Grid(List.of("injector: token into prior", "extractor: cell into tokens")).cellWidth(CELL);
        for (int i = 0; i < interactions.size(); i++) {
            Interaction each = interactions.get(i);
            grid.row("interaction " + (i + 1), List.of(cell(each.injector), cell(each.extractor)));
        }
        List<Grid.Swatch> legend = new ArrayList<>();
        String[] names = {"finest level sampled", "middle", "coarsest"};
        int levels = interactions.stream()
                .flatMap(each -> each.injector.stream())
                .mapToInt(Points::levels)
                .max()
                .orElse(1);
        for (int i = 0; i < Math.min(levels, LEVELS.length); i++) {
            legend.add(new Grid.Swatch(names[i], LEVELS[i]));
        }
        return grid.legend(legend).draw();
    }

    private Grid.Cell cell(Optional<Points> points) {
        BufferedImage large = Pixels.scaled(image, CELL);
        BufferedImage picture = new BufferedImage(large.getWidth(), large.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < picture.getHeight(); row++) {
            for (int column = 0; column < picture.getWidth(); column++) {
                picture.setRGB(column, row, Pixels.blend(new Color(large.getRGB(column, row)), Color.BLACK, SHADE));
            }
        }
        Graphics2D pen = Ink.pen(picture);
        int outside = points.map(its -> dots(pen, its, picture)).orElse(0);
        cross(
                pen,
                (x + 0.5) / image.getWidth() * picture.getWidth(),
                (y + 0.5) / image.getHeight() * picture.getHeight());
        pen.dispose();
        String note = points.isEmpty()
                ? "no sampling there"
                : outside == 0 ? "" : String.format(Locale.ROOT, "%d points beyond the border", outside);
        return new Grid.Cell(picture, note, null);
    }

    /** Draws them, the heaviest last, and counts those that lie outside. */
    private static int dots(Graphics2D pen, Points points, BufferedImage picture) {
        float heaviest = 0;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < points.weights.length; i++) {
            heaviest = Math.max(heaviest, points.weights[i]);
            order.add(i);
        }
        order.sort((a, b) -> Float.compare(points.weights[a], points.weights[b]));
        int outside = 0;
        for (int i : order) {
            if (points.x[i] < 0 || points.x[i] > 1 || points.y[i] < 0 || points.y[i] > 1) {
                outside++;
                continue;
            }
            double radius = LARGEST * picture.getWidth() * Math.sqrt(points.weights[i] / heaviest);
            double left = points.x[i] * picture.getWidth() - radius, top = points.y[i] * picture.getHeight() - radius;
            Ellipse2D dot = new Ellipse2D.Double(left, top, 2 * radius, 2 * radius);
            pen.setColor(LEVELS[points.levelOf(i) % LEVELS.length]);
            pen.fill(dot);
            pen.setColor(Color.BLACK);
            pen.setStroke(new BasicStroke(0.7f));
            pen.draw(dot);
        }
        return outside;
    }

    private static void cross(Graphics2D pen, double atX, double atY) {
        pen.setColor(MARK);
        int arm = 8, column = (int) Math.round(atX), row = (int) Math.round(atY);
        pen.fillRect(column - arm, row - 1, 2 * arm + 1, 3);
        pen.fillRect(column - 1, row - arm, 3, 2 * arm + 1);
    }
}
