package dev.fovea.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A sheet of pictures in rows and columns, with a caption over each column, beside each row and under each cell. */
public final class Grid {
    private static final int MARGIN = 16;
    private static final int GAP = 8;
    private static final int HEAD = 26;
    private static final int NOTE = 20;
    private static final int WIDEST_CAPTION = 150;
    private static final int SWATCH = 14;
    private static final int LEGEND_LINE = 22;

    private final List<String> columns;
    private final List<Row> rows = new ArrayList<>();
    private final List<Swatch> legend = new ArrayList<>();
    private int cellWidth = 160;

    /** A picture; note and frame may be absent: empty and null. */
    public record Cell(BufferedImage image, String note, Color frame) {
        public Cell(BufferedImage image) {
            this(image, "", null);
        }
    }

    /** One entry of the legend. */
    public record Swatch(String name, Color colour) {}

    private record Row(String caption, List<Cell> cells) {}

    public Grid(List<String> columns) {
        this.columns = List.copyOf(columns);
    }

    /** About how wide a cell is drawn; small images are enlarged by whole factors only. */
    public Grid cellWidth(int pixels) {
        this.cellWidth = pixels;
        return this;
    }

    public Grid row(String caption, List<Cell> cells) {
        if (cells.size() > columns.size()) {
            throw new IllegalArgumentException(
                    "row '%s' has %d pictures for %d columns".formatted(caption, cells.size(), columns.size()));
        }
        List<Cell> scaled = new ArrayList<>();
        for (Cell cell : cells) {
            scaled.add(new Cell(Pixels.scaled(cell.image, cellWidth), cell.note, cell.frame));
        }
        rows.add(new Row(caption, scaled));
        return this;
    }

    public Grid legend(List<Swatch> swatches) {
        legend.addAll(swatches);
        return this;
    }

    public BufferedImage draw() {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a sheet with columns %s has no rows".formatted(columns));
        }
        int cell = cells().mapToInt(c -> c.image.getWidth()).max().orElse(cellWidth);
        int side = Math.min(
                WIDEST_CAPTION,
                rows.stream()
                        .mapToInt(row -> Ink.width(row.caption, Ink.Style.BODY))
                        .max()
                        .orElse(0));
        int left = MARGIN + (side == 0 ? 0 : side + GAP);
        int width = left + columns.size() * (cell + GAP) - GAP + MARGIN;
        int head = columns.stream().allMatch(String::isEmpty) ? 0 : HEAD;
        int notes = cells().allMatch(c -> c.note.isEmpty()) ? 0 : NOTE;
        int grid = rows.stream().mapToInt(row -> height(row) + notes + GAP).sum() - GAP;
        int legendTop = MARGIN + head + grid + (legend.isEmpty() ? 0 : GAP + GAP / 2);
        BufferedImage sheet = Ink.sheet(width, legendTop + drawLegend(null, legendTop, width) + MARGIN);
        Graphics2D pen = Ink.pen(sheet);
        for (int i = 0; i < columns.size() && head > 0; i++) {
            String text = Ink.fit(columns.get(i), Ink.Style.HEAD, cell);
            Ink.text(pen, text, Ink.Style.HEAD, Ink.TEXT, left + i * (cell + GAP) + cell / 2.0, MARGIN + 13, 0.5);
        }
        drawRows(pen, left, MARGIN + head, cell, notes);
        drawLegend(pen, legendTop, width);
        pen.dispose();
        return sheet;
    }

    private Stream<Cell> cells() {
        return rows.stream().flatMap(row -> row.cells.stream());
    }

    private static int height(Row row) {
        return row.cells.stream().mapToInt(c -> c.image.getHeight()).max().orElse(0);
    }

    private void drawRows(Graphics2D pen, int left, int top, int cell, int notes) {
        int y = top;
        for (Row row : rows) {
            String caption = Ink.fit(row.caption, Ink.Style.BODY, WIDEST_CAPTION);
            Ink.text(pen, caption, Ink.Style.BODY, Ink.MUTED, left - GAP, y + height(row) / 2.0 + 4, 1);
            for (int i = 0; i < row.cells.size(); i++) {
                drawCell(pen, row.cells.get(i), left + i * (cell + GAP), y, cell);
            }
            y += height(row) + notes + GAP;
        }
    }

    private static void drawCell(Graphics2D pen, Cell cell, int x, int y, int width) {
        int inset = (width - cell.image.getWidth()) / 2;
        pen.drawImage(cell.image, x + inset, y, null);
        if (cell.frame != null) {
            pen.setColor(cell.frame);
            pen.setStroke(new BasicStroke(3));
            pen.drawRect(x + inset + 1, y + 1, cell.image.getWidth() - 3, cell.image.getHeight() - 3);
        }
        Color colour = cell.frame == null ? Ink.MUTED : cell.frame;
        String note = Ink.fit(cell.note, Ink.Style.NOTE, width);
        Ink.text(pen, note, Ink.Style.NOTE, colour, x + width / 2.0, y + cell.image.getHeight() + 15, 0.5);
    }

    /** The height that the legend takes; draws it when there is a pen. */
    private int drawLegend(Graphics2D pen, int top, int width) {
        int x = MARGIN;
        int y = top;
        for (Swatch swatch : legend) {
            int needed = SWATCH + 6 + Ink.width(swatch.name, Ink.Style.BODY) + 18;
            if (x + needed > width - MARGIN && x > MARGIN) {
                x = MARGIN;
                y += LEGEND_LINE;
            }
            if (pen != null) {
                pen.setColor(swatch.colour);
                pen.fillRoundRect(x, y + 2, SWATCH, SWATCH, 4, 4);
                Ink.text(pen, swatch.name, Ink.Style.BODY, Ink.TEXT, x + SWATCH + 6, y + 14, 0);
            }
            x += needed;
        }
        return legend.isEmpty() ? 0 : y - top + LEGEND_LINE;
    }
}
