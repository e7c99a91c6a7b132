package dev.fovea.report;

import dev.fovea.backbone.Size;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Maps of a backbone, a row for each model: the image, then each level from fine to coarse in false colours. */
public final class LevelSheet {
    private static final int CELL = 224;

    private final List<Row> rows = new ArrayList<>();

    /**
     * One map.
     *
     * @param stride pixels per cell
     * @param colours red, green and blue of each cell, row-major, from 0 to 1
     * @param explained share of the map's variance that the colours show
     */
    public record Level(int stride, Size size, float[] colours, double explained) {
        public Level {
            if (colours.length != 3 * size.area()) {
                throw new IllegalArgumentException(
                        "%d colours do not fill a map of %s".formatted(colours.length, size));
            }
        }
    }

    private record Row(String name, BufferedImage image, List<Level> levels) {}

    public LevelSheet add(String name, BufferedImage image, List<Level> levels) {
        rows.add(new Row(name, image, List.copyOf(levels)));
        return this;
    }

    /** Columns as many as the model with most levels has; all models are drawn at the size of their image. */
    public BufferedImage draw() {
        int most = rows.stream().mapToInt(row -> row.levels.size()).max().orElse(0);
        List<String> columns = new ArrayList<>(List.of("image"));
        for (int i = 0; i < most; i++) {
            columns.add("level " + (i + 1));
        }
        Grid grid = new Grid(columns).cellWidth(CELL);
        for (Row row : rows) {
            List<Grid.Cell> cells = new ArrayList<>();
            cells.add(new Grid.Cell(row.image));
            for (Level level : row.levels) {
                String note = String.format(
                        Locale.ROOT,
                        "stride %d, %s, %.0f %% of variance",
                        level.stride,
                        level.size,
                        100 * level.explained);
                cells.add(new Grid.Cell(picture(level, row.image.getWidth(), row.image.getHeight()), note, null));
            }
            grid.row(row.name, cells);
        }
        return grid.draw();
    }

    private static BufferedImage picture(Level level, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            int row = y * level.size.height() / height;
            for (int x = 0; x < width; x++) {
                int cell = 3 * (row * level.size.width() + x * level.size.width() / width);
                picture.setRGB(
                        x,
                        y,
                        part(level.colours[cell]) << 16
                                | part(level.colours[cell + 1]) << 8
                                | part(level.colours[cell + 2]));
            }
        }
        return picture;
    }

    private static int part(float share) {
        return Math.round(255 * Math.max(0, Math.min(1, share)));
    }
}
