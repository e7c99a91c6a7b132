package dev.fovea.report;

import dev.fovea.backbone.Size;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one patch looks at: a row for each model, with the image, the attention of its encoder and that of its decoder laid
 * over it. Colours reach from nothing to each map's own peak, which is written below.
 */
public final class AttentionSheet {
    private static final Color[] RAMP = {
        new Color(0x1b1033), new Color(0x5b1e78), new Color(0xb8325f), new Color(0xf0713a), new Color(0xfde34a)
    };
    private static final Color MARK = new Color(0x35e0ff);
    private static final double VEIL = 0.72;
    private static final int CELL = 224;
    /** Whole images of this many pixels get a frame around the patch that is one pixel wide. */
    private static final int PER_STROKE = 80;

    private final List<Row> rows = new ArrayList<>();

    /**
     * Shares of attention that a patch gives to all patches of its grid, row-major.
     *
     * @param patch its number
     */
    public record Gaze(Size grid, int patch, float[] encoder, Optional<float[]> decoder) {}

    private record Row(String name, BufferedImage image, Gaze gaze) {}

    public AttentionSheet add(String name, BufferedImage image, Gaze gaze) {
        rows.add(new Row(name, image, gaze));
        return this;
    }

    /** A column for the decoder is there when one of the models has one. */
    public BufferedImage draw() {
        boolean decoders = rows.stream().anyMatch(row -> row.gaze.decoder.isPresent());
        Grid grid = new Grid(decoders ? List.of("patch", "encoder", "decoder") : List.of("patch", "encoder"))
                .cellWidth(CELL);
        for (Row row : rows) {
            List<Grid.Cell> cells = new ArrayList<>();
            cells.add(new Grid.Cell(marked(Pixels.copy(row.image), row.gaze)));
            cells.add(cell(row, row.gaze.encoder));
            if (decoders) {
                cells.add(row.gaze
                        .decoder
                        .map(map -> cell(row, map))
                        .orElseGet(() -> new Grid.Cell(blank(row.image), "no attention there", null)));
            }
            grid.row(row.name, cells);
        }
        return grid.draw();
    }

    private static Grid.Cell cell(Row row, float[] map) {
        float peak = 0;
        for (float value : map) {
            peak = Math.max(peak, value);
        }
        String note = String.format(Locale.ROOT, "peak %.1f %%", 100 * peak);
        return new Grid.Cell(marked(heat(row.image, row.gaze.grid, map, peak), row.gaze), note, null);
    }

    /** The image in grey with a value of 0 to {@code peak} for each patch laid over it as a colour. */
    static BufferedImage heat(BufferedImage image, Size grid, float[] map, float peak) {
        BufferedImage heat = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < heat.getHeight(); y++) {
            int row = y * grid.height() / heat.getHeight();
            for (int x = 0; x < heat.getWidth(); x++) {
                int column = x * grid.width() / heat.getWidth();
                double value = peak > 0 ? map[row * grid.width() + column] / peak : 0;
                Color grey = Pixels.grey(new Color(image.getRGB(x, y)));
                heat.setRGB(x, y, Pixels.blend(grey, ramp(value), VEIL));
            }
        }
        return heat;
    }

    private static Color ramp(double value) {
        double place = value * (RAMP.length - 1);
        int below = Math.min((int) place, RAMP.length - 2);
        return new Color(Pixels.blend(RAMP[below], RAMP[below + 1], place - below));
    }

    private static BufferedImage marked(BufferedImage picture, Gaze gaze) {
        int columns = gaze.grid.width(), rows = gaze.grid.height();
        int left = gaze.patch % columns * picture.getWidth() / columns;
        int top = gaze.patch / columns * picture.getHeight() / rows;
        Graphics2D pen = picture.createGraphics();
        pen.setColor(MARK);
        pen.setStroke(new BasicStroke(Math.max(1, picture.getWidth() / PER_STROKE)));
        pen.drawRect(left, top, picture.getWidth() / columns - 1, picture.getHeight() / rows - 1);
        pen.dispose();
        return picture;
    }

    private static BufferedImage blank(BufferedImage image) {
        BufferedImage blank = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = blank.createGraphics();
        pen.setColor(Ink.LINE);
        pen.fillRect(0, 0, blank.getWidth(), blank.getHeight());
        pen.dispose();
        return blank;
    }
}
