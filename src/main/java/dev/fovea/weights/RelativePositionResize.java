package dev.fovea.weights;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Tables of relative positions for another grid, {@code [(2h-1)(2w-1) + extra, heads]} (microsoft/unilm beit2
 * run_class_finetuning.py): the entries are placed at distances that grow geometrically from the centre, so that near
 * offsets keep their meaning, and a cubic spline is read at the new grid's offsets. Rows behind the grid, which belong to a
 * class token, are kept. The released code knows square grids; here each side has a progression of its own.
 */
public final class RelativePositionResize {
    private static final String TABLE = "relative_position_bias_table";
    private static final int LEAST_CELLS = 3;
    /** Rows for it and the patches, both ways, and for it and itself. */
    private static final int CLASS_TOKEN = 3;

    private RelativePositionResize() {}

    /**
     * The offsets along one side.
     *
     * @param ratio of the geometric progression
     * @param source where the table's entries are placed
     * @param target where they are read
     */
    public record Side(double ratio, double[] source, double[] target) {
        private static final double LEAST = 1.01;
        private static final double MOST = 1.5;
        private static final double PRECISION = 1e-6;

        /** From a side of so many cells to another. */
        public static Side of(int from, int to) {
            double ratio = ratio(from - 1, to - 1);
            double[] source = new double[2 * from - 1];
            double distance = 0;
            for (int i = 1; i < from; i++) {
                distance += Math.pow(ratio, i - 1);
                source[from - 1 + i] = distance;
                source[from - 1 - i] = -distance;
            }
            double[] target = new double[2 * to - 1];
            for (int i = 0; i < target.length; i++) {
                target[i] = i - (to - 1);
            }
            return new Side(ratio, source, target);
        }

        /** The last midpoint of a bisection for the ratio whose progression of {@code terms} sums up to {@code reach}. */
        private static double ratio(int terms, int reach) {
            double low = LEAST, high = MOST, ratio = LEAST;
            while (high - low > PRECISION) {
                ratio = (low + high) / 2;
                if ((1 - Math.pow(ratio, terms)) / (1 - ratio) > reach) {
                    high = ratio;
                } else {
                    low = ratio;
                }
            }
            return ratio;
        }

        /** {@code [targets, sources]}: each row makes a target's value out of the source's. */
        private Tensor weights() {
            return CubicSpline.weights(source, target);
        }
    }

    /** How entries are read between those that there are. */
    public enum Way {
        /** As BEiT does: by a cubic spline over distances that grow geometrically. */
        GEOMETRIC,
        /** As iTPN's segmentation does (mmcv_custom/checkpoint.py): the table as a picture, resized. */
        BICUBIC,
        /** As the first, but to the square window of each block, without rows for a class token. */
        WINDOWS
    }

    /** Grids are {@code {rows, columns}} of cells. */
    public static Tensor resize(Tensor table, int[] from, int[] to) {
        long rows = 2L * from[0] - 1, columns = 2L * from[1] - 1, heads = table.size(1);
        long extra = table.size(0) - rows * columns;
        if (extra < 0) {
            throw new IllegalArgumentException(
                    "table of relative positions %s has fewer than the %d rows of a %dx%d grid"
                            .formatted(Shapes.text(table), rows * columns, from[0], from[1]));
        }
        if (from[0] == to[0] && from[1] == to[1]) {
            return table;
        }
        try (NoGrad off = new NoGrad()) {
            Tensor x = table.narrow(0, 0, rows * columns).to(ScalarType.Double).reshape(rows, columns * heads);
            x = along(x, from[0], to[0]); // [2h'-1, (2w-1) heads]
            x = x.reshape(-1, columns, heads).transpose(0, 1).reshape(columns, -1); // [2w-1, (2h'-1) heads]
            x = along(x, from[1], to[1])
                    .reshape(2L * to[1] - 1, 2L * to[0] - 1, heads)
                    .transpose(0, 1)
                    .reshape(-1, heads);
            return Tensors.cat(0, x.to(table.scalar_type()), table.narrow(0, rows * columns, extra));
        }
    }

    private static Tensor along(Tensor x, int from, int to) {
        if (from == to) {
            return x;
        }
        if (from < LEAST_CELLS) {
            throw new IllegalArgumentException(
                    "a table of relative positions for %d cells a side cannot be resized to %d: a cubic needs %d"
                            .formatted(from, to, LEAST_CELLS));
        }
        return Side.of(from, to).weights().matmul(x);
    }

    /** The side of the square grid that a table was made for, with or without the rows of a class token. */
    public static int squareSide(Tensor table) {
        int side = squareSide(table.size(0));
        if (side == 0) {
            throw new IllegalArgumentException(
                    "table of relative positions %s belongs to no square grid".formatted(Shapes.text(table)));
        }
        return side;
    }

    /** 0 = there is no such grid. */
    private static int squareSide(long rows) {
        for (long extra : new long[] {0, CLASS_TOKEN}) {
            long offsets = rows - extra;
            long side = Math.round(Math.sqrt(offsets));
            if (side * side == offsets && side % 2 == 1) {
                return (int) (side + 1) / 2;
            }
        }
        return 0;
    }

    /**
     * The grid of a table with so many rows: the image's where they are as many as its offsets, else that of a square
     * window, which a detector's tables belong to.
     *
     * @param image null = not known
     */
    private static int[] gridOf(long rows, int[] image) {
        if (image != null) {
            long extra = rows - (2L * image[0] - 1) * (2L * image[1] - 1);
            if (extra == 0 || extra == CLASS_TOKEN) {
                return image;
            }
        }
        int side = squareSide(rows);
        return side == 0 ? null : new int[] {side, side};
    }

    /**
     * Resizes the tables of a file while it is loaded.
     *
     * @param way that the model's reference goes
     * @param from the grid of the file's images, {@code {rows, columns}}; null = square, told by each table
     * @param to the grid of the model's images
     */
    public static StateLoader.Adapter onLoad(Way way, int[] from, int[] to) {
        return (name, source, wanted) -> {
            if (!name.endsWith(TABLE) || source.dim() != 2 || wanted.length != 2 || source.size(1) != wanted[1]) {
                return null;
            }
            return switch (way) {
                case GEOMETRIC -> geometric(source, wanted[0], from, to);
                case BICUBIC -> bicubic(source, wanted, to);
                case WINDOWS -> window(source, wanted[0], from, to);
            };
        };
    }

    /** A table {@code [(2h-1)(2w-1), heads]} of a square grid, without rows for a class token. */
    private static Tensor bicubic(Tensor source, long[] wanted, int[] to) {
        if (source.size(0) == wanted[0]) {
            return source;
        }
        long old = 2L * squareSide(source) - 1, rows = 2L * to[0] - 1, columns = 2L * to[1] - 1;
        if (old * old != source.size(0) || rows * columns != wanted[0]) {
            return null;
        }
        Tensor picture = source.t().reshape(1, wanted[1], old, old);
        return torch.upsample_bicubic2d(picture, new long[] {rows, columns}, false)
                .reshape(wanted[1], wanted[0])
                .t()
                .contiguous();
    }

    private static Tensor geometric(Tensor source, long wanted, int[] from, int[] to) {
        if (from == null && source.size(0) == wanted) {
            return source; // a file that does not tell its grid has the model's
        }
        Tensor resized = resized(source, wanted, from, to);
        return resized == null || resized.size(0) != wanted ? null : resized;
    }

    private static Tensor window(Tensor source, long wanted, int[] from, int[] to) {
        Tensor resized = resized(source, wanted, from, to);
        if (resized == null || resized.size(0) < wanted) {
            return null;
        }
        return resized.size(0) == wanted ? resized : resized.narrow(0, 0, wanted);
    }

    /** With the rows of a class token that the source has; null where either belongs to no grid. */
    private static Tensor resized(Tensor source, long wanted, int[] from, int[] to) {
        int[] own = gridOf(source.size(0), from), other = gridOf(wanted, to);
        return own == null || other == null ? null : resize(source, own, other);
    }
}
