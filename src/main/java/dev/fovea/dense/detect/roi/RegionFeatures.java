package dev.fovea.dense.detect.roi;

import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Features of regions, for all regions of all images at once. Each map is a table of rows, one per cell; a cell of a region
 * is a bag of neighbouring rows, weighted, so that no sample is ever written to memory, forward or backward. Maps that come
 * with channels last are such tables already.
 */
public final class RegionFeatures {
    private static final long SUM = 0;

    private final List<Tensor> tables = new ArrayList<>(); // of each level [B h w, C]
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
        long[] heights = new long[scales.length], widths = new long[scales.length];
        for (int i = 0; i < scales.length; i++) {
            Tensor map = maps.get(i);
            heights[i] = map.size(2);
            widths[i] = map.size(3);
            tables.add(Stopwatch.time("regions", () -> table(map)));
        }
        Tensor like = maps.get(0);
        height = Tensors.beside(Tensors.of(heights, heights.length), like);
        width = Tensors.beside(Tensors.of(widths, widths.length), like);
        scale = Tensors.of(scales, scales.length).to(like.device(), ScalarType.Float);
    }

    /** A copy where cells are not float rows already. */
    private static Tensor table(Tensor map) {
        return map.to(ScalarType.Float).permute(0, 2, 3, 1).reshape(-1, map.size(1));
    }

    public int levels() {
        return tables.size();
    }

    /**
     * Regions cut out, with gradients to the maps: {@code [R, C, side, side]}, channels last in memory.
     *
     * @param regions number of the image and four sides in pixels, {@code [R, 5]}
     * @param level of each region, int64 {@code [R]}
     */
    public Tensor cut(Tensor regions, Tensor level, RoiAlign how) {
        return Stopwatch.time("regions", () -> summed(regions, level, how));
    }

    private Tensor summed(Tensor regions, Tensor level, RoiAlign how) {
        long r = regions.size(0), c = tables.get(0).size(1), side = how.side();
        if (r == 0) {
            return tables.get(0).narrow(0, 0, 0).reshape(0, side, side, c).permute(0, 3, 1, 2);
        }
        Bags bags;
        try (NoGrad off = new NoGrad();
                Temporaries passing = new Temporaries()) {
            bags = bags(regions, level, how).keptBy(passing);
        }
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            if (bags.bagsBefore()[i + 1] > bags.bagsBefore()[i]) {
                sums.add(bags.sum(tables.get(i), i));
            }
        }
        Tensor byLevel = Tensors.cat(0, sums).reshape(r, side, side, c);
        return byLevel.index_select(0, bags.back()).permute(0, 3, 1, 2);
    }

    /**
     * The cells of all regions, level by level.
     *
     * @param rows of the level's table, one bag after the other, {@code [E]}
     * @param weights what each counts, {@code [E]}
     * @param offsets entries before each bag
     * @param back where each region is in the order of levels, {@code [R]}
     * @param bagsBefore bags before each level, and all
     * @param entriesBefore entries before each level, and all
     */
    private record Bags(
            Tensor rows, Tensor weights, Tensor offsets, Tensor back, long[] bagsBefore, long[] entriesBefore) {
        Bags keptBy(Temporaries passing) {
            return new Bags(
                    passing.keep(rows),
                    passing.keep(weights),
                    passing.keep(offsets),
                    passing.keep(back),
                    bagsBefore,
                    entriesBefore);
        }

        /** {@code [bags of the level, C]}. */
        Tensor sum(Tensor table, int level) {
            long from = entriesBefore[level], count = entriesBefore[level + 1] - from;
            Tensor starts = offsets.narrow(0, bagsBefore[level], bagsBefore[level + 1] - bagsBefore[level])
                    .sub(new Scalar(from));
            TensorOptional each = new TensorOptional(weights.narrow(0, from, count));
            try (var results =
                    torch.embedding_bag(table, rows.narrow(0, from, count), starts, false, SUM, false, each, false)) {
                return new Tensor(results.get0()); // a handle inside the native tuple would die with it
            }
        }
    }

    /** Every pair of a row and a column that a region's cell touches is an entry of its bag. */
    private Bags bags(Tensor unordered, Tensor levelOfEach, RoiAlign how) {
        Tensors.Pair sorted = Tensors.pair(levelOfEach.sort(new BoolOptional(true), 0, false));
        Tensor level = sorted.first(), regions = unordered.index_select(0, sorted.second());
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
        Tensor before = regions.select(1, 0).to(ScalarType.Long).mul(h).mul(w); // rows of earlier images, [R]
        Tensor row = before.index_select(0, region)
                .add(rows.cell().mul(w.index_select(0, region)))
                .add(within.cell());
        long[] regionsBefore = regionsBefore(Tensors.toLongs(level));
        long[] ends =
                Tensors.toLongs(offsets.add(sizes).reshape(-1, side * side).select(1, -1)); // of each region
        return new Bags(
                row,
                rows.weight().mul(within.weight()),
                offsets,
                sorted.second().argsort(0, false),
                Arrays.stream(regionsBefore).map(n -> n * side * side).toArray(),
                Arrays.stream(regionsBefore)
                        .map(n -> n == 0 ? 0 : ends[(int) n - 1])
                        .toArray());
    }

    /** Of ascending levels, how many regions come before each, and all. */
    private long[] regionsBefore(long[] level) {
        long[] before = new long[levels() + 1];
        for (long each : level) {
            before[(int) each + 1]++;
        }
        for (int i = 1; i < before.length; i++) {
            before[i] += before[i - 1];
        }
        return before;
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
