package dev.fovea.report;

import dev.fovea.backbone.Size;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What the surest queries of a mask transformer see: a row for each image, with one mask after the other laid over it. */
public final class QuerySheet {
    private static final int CELL = 176;

    private final Grid grid;
    private final int most;

    /**
     * One query's answer.
     *
     * @param label what it takes its mask for
     * @param score how sure it is of that
     * @param size of the mask
     * @param mask probabilities, row-major
     */
    public record Query(String label, double score, Size size, float[] mask) {}

    /** @param most queries of an image */
    public QuerySheet(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a sheet of %d queries shows none".formatted(most));
        }
        this.most = most;
        List<String> columns = new ArrayList<>(List.of("image"));
        IntStream.rangeClosed(1, most).forEach(i -> columns.add("query " + i));
        grid = new Grid(columns).cellWidth(CELL);
    }

    /** @param queries the surest first; those beyond the columns are left out */
    public QuerySheet add(String caption, BufferedImage image, List<Query> queries) {
        List<Grid.Cell> cells = new ArrayList<>(List.of(new Grid.Cell(image)));
        for (Query query : queries.subList(0, Math.min(most, queries.size()))) {
            String note = String.format(Locale.ROOT, "%s %.2f", query.label, query.score);
            cells.add(new Grid.Cell(AttentionSheet.heat(image, query.size, query.mask, 1), note, null));
        }
        grid.row(caption, cells);
        return this;
    }

    public BufferedImage draw() {
        return grid.draw();
    }
}
