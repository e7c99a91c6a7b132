package dev.fovea.dense.mask2former;

import dev.fovea.nn.MapSize;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * Sines and cosines of the row, then of the column of a cell (Carion et al. 2020; mmseg_custom
 * utils/positional_encoding.py).
 *
 * @param feats numbers for a row, and as many for a column
 * @param temperature ratio between the longest and the shortest wave
 * @param normalized whether rows and columns run from 0 to {@code scale}, else they count from 1
 * @param eps added to the number of rows that is divided by
 * @param offset added to a row's number before it is divided
 */
public record SinePositions(
        int feats, double temperature, boolean normalized, double scale, double eps, double offset) {
    public SinePositions {
        if (feats < 2 || feats % 2 != 0) {
            throw new IllegalArgumentException(
                    "sine positions: feats %d is not an even number above 0".formatted(feats));
        }
    }

    /** As in the published configurations, for tokens of width 2 feats. */
    public static SinePositions ofWidth(int width) {
        return new SinePositions(width / 2, 10000, true, 2 * Math.PI, 1e-6, 0);
    }

    /** {@code [1, h w, 2 feats]}. */
    Tensor of(MapSize map) {
        Tensor rows = axis(map.height()).unsqueeze(1).expand(map.height(), map.width(), feats);
        Tensor columns = axis(map.width()).unsqueeze(0).expand(map.height(), map.width(), feats);
        return Tensors.cat(2, rows, columns).reshape(1, map.area(), 2L * feats);
    }

    private Tensor axis(int cells) {
        float[] waves = new float[cells * feats];
        for (int i = 0; i < cells; i++) {
            double at = normalized ? (i + 1 + offset) / (cells + eps) * scale : i + 1;
            for (int f = 0; f < feats; f++) {
                double angle = at / Math.pow(temperature, 2.0 * (f / 2) / feats);
                waves[i * feats + f] = (float) (f % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
            }
        }
        return Tensors.of(waves, cells, feats);
    }
}
