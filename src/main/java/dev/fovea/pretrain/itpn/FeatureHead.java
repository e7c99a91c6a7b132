package dev.fovea.pretrain.itpn;

import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import org.bytedeco.pytorch.Tensor;

/** Predicts a teacher's features of every cell of a unit from the unit's decoded token: {@code [B, H, D'] -> [B, H, s s, W]}. */
final class FeatureHead extends Layer {
    private final LayerNorm norm;
    private final Linear proj;
    private final int cells;

    /** @param cells {@code s s} cells of a unit */
    FeatureHead(int dim, int cells, int width) {
        norm = child("norm", new LayerNorm(dim, 1e-6));
        proj = child("proj", new Linear(dim, cells * width));
        this.cells = cells;
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor y = proj.forward(norm.forward(x));
        return y.reshape(y.size(0), y.size(1), cells, y.size(2) / cells);
    }
}
