package dev.fovea.backbone;

import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Tap;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The neck of iTPN (Tian et al. 2023, section 3.2; sunsmarterjie/iTPN models_itpn.py): from the stages top down,
 * {@code U_S = V_S}, {@code U_s = g_s(V_s + upsample(U_s+1))}, every level of F channels at last.
 */
final class FeaturePyramid extends Layer {
    private final List<Level> levels;

    /** @param widths channels of the stages, fine to coarse */
    FeaturePyramid(NeckSpec spec, List<Integer> widths, double eps) {
        int top = widths.size() - 1;
        List<Level> coarseToFine = new ArrayList<>();
        for (int i = top; i >= 0; i--) {
            int above = i == top ? 0 : i == top - 1 ? widths.get(top) : spec.dim();
            coarseToFine.add(new Level(spec, widths.get(i), above, eps));
        }
        levels = childList("levels", coarseToFine);
    }

    /** All levels at F channels, fine to coarse as they came. */
    UnitLevels forward(UnitLevels stages, NestedUnits units) {
        int count = levels.size();
        Tensor[] outputs = new Tensor[count];
        Tensor x = null;
        for (int i = 0; i < count; i++) {
            x = levels.get(i).descend(stages.levels().get(count - 1 - i), x, units, i);
            outputs[count - 1 - i] = levels.get(i).output(x, units, i);
        }
        return new UnitLevels(List.of(outputs), CellOrder.NESTED);
    }

    /** One level; the top one has nothing above it and hands its stage down as it is. */
    private static final class Level extends Layer {
        private final Linear lateral;
        private final LayerNorm splitNorm;
        private final Linear split;
        private final List<NeckBlock> blocks;
        private final NeckBlock out;
        private final boolean isTop;

        Level(NeckSpec spec, int width, int above, double eps) {
            isTop = above == 0;
            boolean aligned = isTop && width == spec.dim();
            lateral = aligned ? null : child("lateral", new Linear(width, spec.dim(), isTop));
            splitNorm = isTop ? null : child("split_norm", new LayerNorm(above, eps));
            split = isTop ? null : child("split", new Linear(above, 4 * spec.dim(), false));
            List<NeckBlock> list = new ArrayList<>();
            for (int i = 0; i < (isTop ? 0 : spec.depth()); i++) {
                list.add(new NeckBlock(spec, eps));
            }
            blocks = childList("blocks", list);
            out = child("out", new NeckBlock(spec, eps));
        }

        /** What the next finer level gets: {@code [B, U, s s, C], [B, U, s s / 4, C'] -> [B, U, s s, F]}. */
        Tensor descend(Tensor stage, Tensor above, NestedUnits units, int level) {
            if (isTop) {
                return stage;
            }
            Tensor finer = mark("neck_split.", level, NestedUnits.split(upsample(splitNorm.forward(above))));
            Tensor x = finer.add(lateral.forward(stage));
            for (NeckBlock block : blocks) {
                x = block.forward(x, units);
            }
            return mark("neck.", level, x);
        }

        /** Rows of the reference's weight stand for a cell's children row by row, those of the layout column by column. */
        private Tensor upsample(Tensor above) {
            Tensor weight = split.weight();
            long in = weight.size(1);
            Tensor byColumn = weight.reshape(2, 2, -1, in).transpose(0, 1).reshape(-1, in);
            return Linear.product(above, byColumn, null);
        }

        Tensor output(Tensor x, NestedUnits units, int level) {
            Tensor own = isTop && lateral != null ? mark("neck_top.", level, lateral.forward(x)) : x;
            return mark("neck_out.", level, out.forward(own, units));
        }

        private static Tensor mark(String name, int level, Tensor x) {
            if (Tap.isOpen()) {
                Tap.mark(name + level, NestedUnits.rowMajor(x));
            }
            return x;
        }
    }
}
