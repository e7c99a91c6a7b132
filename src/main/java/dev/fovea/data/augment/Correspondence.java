package dev.fovea.data.augment;

/**
 * Which patch of a reference view shows what a patch of another view of the same image shows (google-research/scenic
 * projects/loca ops.py). Pixels are taken by nearest interpolation twice, from patches to the resized view and from there to the
 * image, with positions rounded to single precision as TensorFlow does.
 */
public final class Correspondence {
    /** Stands for a patch whose content lies outside of the reference. */
    public static final int NONE = -1;

    private Correspondence() {}

    /** For every patch of the query, row by row, the number of the reference's patch, or {@link #NONE}. */
    public static int[] targets(PlacedView reference, PlacedView query) {
        int[] rows = rows(reference, query);
        int[] columns = columns(reference, query);
        int[] targets = new int[query.patches()];
        for (int i = 0; i < targets.length; i++) {
            int column = i % query.columns();
            int row = rows[i / query.columns()];
            int across = columns[query.flipped() ? query.columns() - 1 - column : column];
            targets[i] = row == NONE || across == NONE ? NONE : row * reference.columns() + across;
        }
        return targets;
    }

    /** For every pixel of an image, row by row, the reference's patch that shows it, or {@link #NONE}. */
    public static int[] map(PlacedView reference, int imageHeight, int imageWidth) {
        int[] map = new int[imageHeight * imageWidth];
        for (int i = 0; i < map.length; i++) {
            int row = row(reference, i / imageWidth), column = column(reference, i % imageWidth);
            map[i] = row == NONE || column == NONE ? NONE : row * reference.columns() + column;
        }
        return map;
    }

    private static int[] rows(PlacedView reference, PlacedView query) {
        int[] rows = new int[query.rows()];
        for (int i = 0; i < rows.length; i++) {
            int pixel = nearest(i, query.rows(), query.height());
            rows[i] = row(
                    reference,
                    query.box().top()
                            + nearest(pixel, query.height(), query.box().height()));
        }
        return rows;
    }

    private static int[] columns(PlacedView reference, PlacedView query) {
        int[] columns = new int[query.columns()];
        for (int i = 0; i < columns.length; i++) {
            int pixel = nearest(i, query.columns(), query.width());
            columns[i] = column(
                    reference,
                    query.box().left()
                            + nearest(pixel, query.width(), query.box().width()));
        }
        return columns;
    }

    private static int row(PlacedView reference, int y) {
        int inside = y - reference.box().top();
        return inside < 0 || inside >= reference.box().height()
                ? NONE
                : nearest(inside, reference.box().height(), reference.rows());
    }

    private static int column(PlacedView reference, int x) {
        int inside = x - reference.box().left();
        if (inside < 0 || inside >= reference.box().width()) {
            return NONE;
        }
        int column = nearest(inside, reference.box().width(), reference.columns());
        return reference.flipped() ? reference.columns() - 1 - column : column;
    }

    /** The place under the middle of place {@code i} of {@code to}, in a line of {@code from} places. */
    private static int nearest(int i, int to, int from) {
        float scale = (float) from / to;
        return Math.min(from - 1, (int) Math.floor((i + 0.5f) * scale));
    }
}
