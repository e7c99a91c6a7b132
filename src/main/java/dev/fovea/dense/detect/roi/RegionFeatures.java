package dev.fovea.dense.detect.roi;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Features of regions, for all regions of all images and levels at once. The maps are rows of one table, made once a step;
 * a cell of a region is a bag of neighbouring rows, weighted, so that no sample is ever written to memory, forward or
 * backward.
 */
public final class RegionFeatures {
    private static final long SUM = 0;

    private final Tensor table; // [rows, C]
    private final Tensor start; // int64 [L]: rows before each level
    private final Tensor height; // int64 [L]
    private final Tensor width; // int64 [L]
    private final Tensor scale; // [L]: cells per pixel

    /**
     * @param maps {@code [B, C, h, w]}, one per level
     * @param strides pixels per cell of each
     */
    public RegionFeatures(List<Tensor> maps, List<Integer> strides) {
        this(maps, strides.stream().mapToDouble(stride -> 1.0 / stride).toArray());
    }

    /** @param scales cells per pixel of each map */
    public RegionFeatures(List<Tensor> maps, double... scales) {
        if (maps.size() != scales.length) {
            throw new IllegalArgumentException("%d maps do not fit %d scales".formatted(maps.size(), scales.length));
        }
        List<Tensor> rows = new ArrayList<>();
        long[] starts = new long[scales.length], heights = new long[scales.length], widths = new long[scales.length];
        long before = 0;
        for (int i = 0; i < scales.length; i++) {
            Tensor map = maps.get(i);
            starts[i] = before;
            heights[i] = map.size(2);
            widths[i] = map.size(3);
            before += map.size(0) * heights[i] * widths[i];
            for (Tensor image : Tensors.unbind(map)) {
                rows.add(image.flatten(1, 2).t());
            }
        }
        Tensor like = maps.get(0);
        table = Tensors.cat(0, rows).to(ScalarType.Float);
        start = Tensors.beside(Tensors.of(starts, starts.length), like);
        height = Tensors.beside(Tensors.of(heights, heights.length), like);
        width = Tensors.beside(Tensors.of(widths, widths.length), like);
        scale = Tensors.of(scales, scales.length).to(like.device(), ScalarType.Float);
    }

    public int levels() {
        return (int) start.size(0);
    }

    /**
     * Regions cut out, with gradients to the maps: {@code [R, C, side, side]}, channels last in memory.
     *
     * @param regions number of the image and four sides in pixels, {@code [R, 5]}
     * @param level of each region, int64 {@code [R]}
     */
    public Tensor cut(Tensor regions, Tensor level, RoiAlign how) {
        long r = regions.size(0), c = table.size(1), side = how.side();
        if (r == 0) {
            return table.narrow(0, 0, 0).reshape(0, side, side, c).permute(0, 3, 1, 2);
        }
        Bags bags;
        try (NoGrad off = new NoGrad();
                Temporaries passing = new Temporaries()) {
            bags = bags(regions, level, how).keptBy(passing);
        }
        Tensor sums = bags.sum(table);
        return sums.reshape(r, side, side, c).permute(0, 3, 1, 2);
    }

    private record Bags(Tensor rows, Tensor weights, Tensor offsets) {
        Tensor sum(Tensor table) {
            TensorOptional each = new TensorOptional(weights);
            try (var results = torch.embedding_bag(table, rows, offsets, false, SUM, false, each, false)) {
                return new Tensor(results.get0()); // a handle inside the native tuple would die with it
            }
        }

        Bags keptBy(Temporaries passing) {
            return new Bags(passing.keep(rows), passing.keep(weights), passing.keep(offsets));
        }
    }

    /** Every pair of a row and a column that a region's cell touches is an entry of its bag. */
    private Bags bags(Tensor regions, Tensor level, RoiAlign how) {
        Tensor cellsPerPixel = scale.index_select(0, level);
        Tensor h = height.index_select(0, level), w = width.index_select(0, level);
        AxisWeights down = axis(regions, 2, cellsPerPixel, h, how);
        AxisWeights across = axis(regions, 1, cellsPerPixel, w, how);
        long side = how.side();
        Scalar cells = new Scalar(side * side);
        Tensor sizes = down.lengths().mul(across.lengths()).repeat_interleave(side * side); // [R s s]
        Tensor offsets = sizes.cumsum(0).sub(sizes);
        Tensor bag = torch.repeat_interleave(sizes); // [E]
        Tensor entry = Tensors.range(0, bag.size(0), bag).sub(offsets.index_select(0, bag));
        Tensor region = bag.floor_divide(cells);
        Tensor cell = bag.remainder(cells);
        Tensor columns = across.lengths().index_select(0, region);
        Part rows = part(down, region, cell.floor_divide(new Scalar(side)), entry.floor_divide(columns), h);
        Part within = part(across, region, cell.remainder(new Scalar(side)), entry.remainder(columns), w);
        Tensor base = start.index_select(0, level)
                .add(regions.select(1, 0).to(ScalarType.Long).mul(h).mul(w)); // [R]
        Tensor row = base.index_select(0, region)
                .add(rows.cell().mul(w.index_select(0, region)))
                .add(within.cell());
        return new Bags(row, rows.weight().mul(within.weight()), offsets);
    }

    private static AxisWeights axis(Tensor regions, long low, Tensor cellsPerPixel, Tensor size, RoiAlign how) {
        Scalar shift = new Scalar(how.aligned() ? 0.5 : 0.0);
        Tensor from =
                regions.select(1, low).to(ScalarType.Float).mul(cellsPerPixel).sub(shift);
        Tensor to = regions.select(1, low + 2)
                .to(ScalarType.Float)
                .mul(cellsPerPixel)
                .sub(shift);
        Tensor length = to.sub(from);
        return AxisWeights.of(from, how.aligned() ? length : length.clamp_min(new Scalar(1.0)), size, how);
    }

    /** Cell of the map and its weight along one axis, per entry. */
    private record Part(Tensor cell, Tensor weight) {}

    private static Part part(AxisWeights axis, Tensor region, Tensor cell, Tensor place, Tensor size) {
        Tensor run = region.mul(new Scalar(axis.first().size(1))).add(cell);
        Tensor end = size.index_select(0, region).sub(new Scalar(1));
        Tensor at = axis.first().reshape(-1).index_select(0, run).add(place).minimum(end);
        Tensor weight = axis.weights()
                .reshape(-1)
                .index_select(0, run.mul(new Scalar(axis.weights().size(2))).add(place));
        return new Part(at, weight);
    }
}
