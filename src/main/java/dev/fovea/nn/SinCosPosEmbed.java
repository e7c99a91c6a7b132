package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Fixed two-dimensional sine-cosine positions, {@code [1, N, D]} (facebookresearch/mae util/pos_embed.py). The first half
 * of the channels tells the column, the second the row; each half is all sines, then all cosines.
 */
public final class SinCosPosEmbed {
    private SinCosPosEmbed() {}

    /** @param classToken puts a row of zeros in front */
    public static Tensor table(int rows, int columns, int dim, boolean classToken) {
        if (dim % 4 != 0) {
            throw new IllegalArgumentException("sin-cos positions need a width divisible by 4, not " + dim);
        }
        int first = classToken ? 1 : 0;
        float[] table = new float[(rows * columns + first) * dim];
        for (int i = 0; i < rows * columns; i++) {
            int at = (i + first) * dim;
            fill(table, at, dim / 4, i % columns);
            fill(table, at + dim / 2, dim / 4, i / columns);
        }
        return Tensors.of(table, 1, (long) rows * columns + first, dim);
    }

    /** A table to train from; a width that is not divisible by 4 has no sines and cosines, and starts with zeros. */
    public static Tensor start(int rows, int columns, int dim, boolean classToken) {
        return dim % 4 == 0
                ? table(rows, columns, dim, classToken)
                : Tensors.zeros(1, (long) rows * columns + (classToken ? 1 : 0), dim);
    }

    private static void fill(float[] table, int at, int frequencies, int position) {
        for (int k = 0; k < frequencies; k++) {
            double angle = position / Math.pow(10000, (double) k / frequencies);
            table[at + k] = (float) Math.sin(angle);
            table[at + frequencies + k] = (float) Math.cos(angle);
        }
    }
}
