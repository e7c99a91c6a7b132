package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.UnitLevels;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Tap;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * All levels of a pyramid brought to the units of the coarsest and added up (models_itpn_mim.py decoder_embed): a level of
 * {@code s s} cells gives each cell an {@code s s}-th of the width, {@code levels of [B, M, s s, F] -> [B, M, D']}.
 */
final class LevelEmbed extends Layer {
    private final List<Stream> coarseToFine;

    /** @param levels of which each has cells of half the side of the next coarser one's */
    LevelEmbed(int from, int dim, int levels, double eps) {
        List<Stream> list = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            int cells = 1 << 2 * i;
            require(dim % cells == 0, "decoder.dim %d is not divisible among the %d cells of a unit", dim, cells);
            list.add(new Stream(from, dim / cells, eps));
        }
        for (int i = 0; i < list.size(); i++) {
            child(Integer.toString(i), list.get(i));
        }
        coarseToFine = List.copyOf(list);
    }

    Tensor forward(UnitLevels pyramid) {
        List<Tensor> levels = pyramid.levels();
        Tensor sum = null;
        for (int i = 0; i < levels.size(); i++) {
            Tensor embedded = coarseToFine.get(i).forward(levels.get(levels.size() - 1 - i)); // [B, M, s s, D' / s s]
            Tensor stream =
                    Tap.mark("embed." + i, pyramid.order().inRows(embedded)).flatten(2, 3);
            sum = sum == null ? stream : sum.add(stream);
        }
        return sum;
    }

    private static final class Stream extends Layer {
        private final LayerNorm norm;
        private final Linear proj;

        Stream(int from, int to, double eps) {
            norm = child("norm", new LayerNorm(from, eps));
            proj = child("proj", new Linear(from, to));
        }

        @Override
        public Tensor forward(Tensor x) {
            return proj.forward(norm.forward(x));
        }
    }
}
