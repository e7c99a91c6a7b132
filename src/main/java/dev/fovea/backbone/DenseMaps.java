package dev.fovea.backbone;

import dev.fovea.nn.Layer;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Maps of a plain transformer: of four of its blocks, resized, or all from the last block. */
final class DenseMaps {
    private final VitPyramid ofBlocks;
    private final SimplePyramid simple;
    private final List<Integer> taps;
    private final int dim;
    private final int patch;

    /**
     * @param depth blocks, of which the last gives all maps of a simple pyramid
     * @param taps blocks of whose outputs the maps are made otherwise
     */
    DenseMaps(DenseForm form, int dim, int patch, int depth, List<Integer> taps) {
        simple = form.isSimple() ? new SimplePyramid(dim, form.pyramid(), patch) : null;
        ofBlocks = simple == null ? new VitPyramid(dim, patch) : null;
        this.taps = simple == null ? taps : List.of(depth - 1);
        this.dim = dim;
        this.patch = patch;
    }

    /** What the owner registers. */
    Layer layer() {
        return simple == null ? ofBlocks : simple;
    }

    /** Adds the map of a block's tokens {@code [B, (1 +) N, D]}, as often as it is used. */
    void collect(List<Tensor> maps, int block, Tensor x, Size grid) {
        int uses = Collections.frequency(taps, block);
        if (uses > 0) {
            Tensor map = x.narrow(1, x.size(1) - grid.area(), grid.area())
                    .transpose(1, 2)
                    .reshape(x.size(0), dim, grid.height(), grid.width());
            maps.addAll(Collections.nCopies(uses, map));
        }
    }

    Pyramid pyramid(List<Tensor> maps) {
        return simple == null ? ofBlocks.rescale(maps) : simple.maps(maps.get(0));
    }

    List<Integer> widths() {
        return simple == null ? Collections.nCopies(4, dim) : simple.widths();
    }

    List<Integer> strides() {
        return simple == null ? VitPyramid.strides(patch) : simple.strides();
    }
}
