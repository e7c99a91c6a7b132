package dev.fovea.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Truth against prediction as a heat map; each row is divided by its sum, so that rare classes show as well. */
public final class ConfusionSheet {
    private static final int MARGIN = 16;
    private static final int LABELS = 150;
    /** Beyond this many classes, neither numbers nor names can be read. */
    private static final int MOST_NAMED = 40;

    private static final int MOST_NUMBERED = 20;

    private ConfusionSheet() {}

    /**
     * @param counts {@code counts[truth][prediction]}
     */
    public static BufferedImage draw(long[][] counts, List<String> classNames) {
        int n = counts.length;
        for (long[] row : counts) {
            if (row.length != n) {
                throw new IllegalArgumentException(
                        "a confusion matrix of %d rows has a row of %d".formatted(n, row.length));
            }
        }
        boolean named = n <= MOST_NAMED;
        int cell = n <= MOST_NUMBERED ? 44 : Math.max(3, 880 / n);
        int side = named ? labelWidth(classNames) : 0;
        int left = MARGIN + 20 + side;
        int top = MARGIN + 22;
        BufferedImage sheet = Ink.sheet(left + n * cell + MARGIN, top + n * cell + side + 12 + MARGIN);
        Graphics2D pen = Ink.pen(sheet);
        Ink.text(pen, "rows: truth, columns: prediction, % of row", Ink.Style.NOTE, Ink.MUTED, MARGIN, MARGIN + 8, 0);
        for (int i = 0; i < n; i++) {
            drawRow(pen, counts[i], left, top + i * cell, cell);
            if (named) {
                drawNames(pen, Ink.fit(classNames.get(i), Ink.Style.NOTE, LABELS), i, cell, new int[] {left, top, n});
            }
        }
        pen.dispose();
        return sheet;
    }

    private static int labelWidth(List<String> classNames) {
        int widest = classNames.stream()
                .mapToInt(name -> Ink.width(name, Ink.Style.NOTE))
                .max()
                .orElse(0);
        return Math.min(LABELS, widest) + 8;
    }

    private static void drawRow(Graphics2D pen, long[] row, int left, int y, int cell) {
        long sum = 0;
        for (long count : row) {
            sum += count;
        }
        for (int j = 0; j < row.length; j++) {
            double share = sum == 0 ? 0 : (double) row[j] / sum;
            pen.setColor(new Color(Pixels.blend(new Color(0xf3f5f8), Ink.ACCENT, Math.sqrt(share))));
            int gap = cell > 8 ? 1 : 0;
            pen.fillRect(left + j * cell, y, cell - gap, cell - gap);
            if (row.length <= MOST_NUMBERED && row[j] > 0) {
                String text = share < 0.0005
                        ? "·"
                        : String.format(Locale.ROOT, share < 0.0995 ? "%.1f" : "%.0f", 100 * share);
                Color colour = share > 0.35 ? Color.WHITE : Ink.TEXT;
                Ink.text(pen, text, Ink.Style.NOTE, colour, left + (j + 0.5) * cell, y + cell / 2.0 + 4, 0.5);
            }
        }
    }

    /** The name of class i beside its row and, turned, under its column. */
    private static void drawNames(Graphics2D pen, String name, int i, int cell, int[] leftTopCount) {
        int left = leftTopCount[0];
        int top = leftTopCount[1];
        int bottom = top + leftTopCount[2] * cell;
        Ink.text(pen, name, Ink.Style.NOTE, Ink.TEXT, left - 8, top + (i + 0.5) * cell + 4, 1);
        Graphics2D turned = (Graphics2D) pen.create();
        turned.translate(left + (i + 0.5) * cell + 4, bottom + 8);
        turned.rotate(-Math.PI / 2);
        Ink.text(turned, name, Ink.Style.NOTE, Ink.TEXT, 0, 0, 1);
        turned.dispose();
    }
}
