package dev.fovea.dense.detect.box;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Boxes of a few shapes at every cell of every level (mmdet core/anchor/anchor_generator.py), ordered by row, column and
 * shape.
 *
 * @param strides pixels per cell of each level, fine to coarse
 * @param ratios height by width of the shapes
 * @param scales sides of the square ones in base sizes
 * @param baseSizes pixels per level that scales are multiplied by; usually the strides
 * @param scaleMajor whether the scales of one ratio follow each other, instead of the ratios of one scale
 * @param centre place of the centre within the cell's base size: 0 = its upper left corner
 */
public record AnchorGenerator(
        List<Integer> strides,
        List<Double> ratios,
        List<Double> scales,
        List<Double> baseSizes,
        boolean scaleMajor,
        double centre) {
    public AnchorGenerator {
        strides = List.copyOf(strides);
        ratios = List.copyOf(ratios);
        scales = List.copyOf(scales);
        baseSizes = List.copyOf(baseSizes);
        if (strides.isEmpty() || ratios.isEmpty() || scales.isEmpty() || baseSizes.size() != strides.size()) {
            throw new IllegalArgumentException(
                    "anchors need strides, as many base sizes, ratios and scales, not strides %s, base sizes %s, ratios %s, scales %s"
                            .formatted(strides, baseSizes, ratios, scales));
        }
        if (!(centre >= 0 && centre <= 1)) {
            throw new IllegalArgumentException("centre %s of anchors is not between 0 and 1".formatted(centre));
        }
    }

    /** Base sizes are the strides, centres the corners of the cells. */
    public static AnchorGenerator of(List<Integer> strides, List<Double> ratios, List<Double> scales) {
        return new AnchorGenerator(
                strides,
                ratios,
                scales,
                strides.stream().map(Integer::doubleValue).toList(),
                true,
                0);
    }

    /** Scales that divide an octave evenly, from {@code base} up (RetinaNet). */
    public static List<Double> octave(double base, int steps) {
        return IntStream.range(0, steps)
                .mapToObj(i -> base * Math.pow(2, (double) i / steps))
                .toList();
    }

    /** How many shapes there are at a cell. */
    public int shapes() {
        return ratios.size() * scales.size();
    }

    /** The shapes of a level around its first cell: {@code [shapes, 4]}; float32 throughout, as the reference rounds. */
    public Tensor base(int level) {
        Tensor size = Tensors.full(baseSizes.get(level));
        Tensor tall = floats(ratios).sqrt();
        Tensor flat = tall.reciprocal();
        Tensor width = spread(size, flat), height = spread(size, tall);
        Tensor at = size.mul(new Scalar(centre));
        Scalar half = new Scalar(0.5);
        return new Sides(
                        at.sub(width.mul(half)),
                        at.sub(height.mul(half)),
                        at.add(width.mul(half)),
                        at.add(height.mul(half)))
                .join();
    }

    private Tensor spread(Tensor size, Tensor ratio) {
        Tensor scale = floats(scales);
        Tensor sides = scaleMajor
                ? size.mul(ratio.unsqueeze(1)).mul(scale.unsqueeze(0))
                : size.mul(scale.unsqueeze(1)).mul(ratio.unsqueeze(0));
        return sides.reshape(-1);
    }

    /**
     * All anchors of all levels, each {@code [rows columns shapes, 4]}, on the device of another tensor.
     *
     * @param maps rows and columns of each level
     */
    public List<Tensor> anchors(List<Size> maps, Tensor beside) {
        requireLevels(maps);
        List<Tensor> levels = new ArrayList<>();
        for (int i = 0; i < maps.size(); i++) {
            long h = maps.get(i).height(), w = maps.get(i).width();
            Scalar stride = new Scalar((double) strides.get(i));
            Tensor x = Tensors.range(0, w, beside)
                    .to(ScalarType.Float)
                    .mul(stride)
                    .reshape(1, w)
                    .expand(h, w);
            Tensor y = Tensors.range(0, h, beside)
                    .to(ScalarType.Float)
                    .mul(stride)
                    .reshape(h, 1)
                    .expand(h, w);
            Tensor shifts = new Sides(x, y, x, y).join().reshape(h * w, 1, 4);
            levels.add(shifts.add(Tensors.beside(base(i), beside)).reshape(-1, 4));
        }
        return levels;
    }

    /** Which anchors stand on cells that begin inside an image padded to this size: bool {@code [rows columns shapes]} a level. */
    public List<Tensor> onImage(List<Size> maps, Size padded, Tensor beside) {
        requireLevels(maps);
        List<Tensor> levels = new ArrayList<>();
        for (int i = 0; i < maps.size(); i++) {
            long h = maps.get(i).height(), w = maps.get(i).width();
            int stride = strides.get(i);
            Scalar rows = new Scalar((long) ((padded.height() + stride - 1) / stride));
            Scalar columns = new Scalar((long) ((padded.width() + stride - 1) / stride));
            Tensor down = Tensors.range(0, h, beside).lt(rows).reshape(h, 1, 1);
            Tensor across = Tensors.range(0, w, beside).lt(columns).reshape(1, w, 1);
            levels.add(down.logical_and(across).expand(h, w, shapes()).reshape(-1));
        }
        return levels;
    }

    /**
     * Which anchors take part in an image, bool {@code [A]} a level: those of {@link #onImage} that leave the content by less
     * than a border.
     *
     * @param anchors of each level, {@code [A, 4]}
     * @param border pixels; below 0 = no matter how far
     */
    public List<Tensor> takingPart(List<Tensor> anchors, List<Size> maps, Size content, Size padded, double border) {
        List<Tensor> levels = onImage(maps, padded, anchors.get(0));
        if (border >= 0) {
            for (int i = 0; i < levels.size(); i++) {
                levels.set(i, levels.get(i).logical_and(inside(Sides.of(anchors.get(i)), content, border)));
            }
        }
        return levels;
    }

    private static Tensor inside(Sides boxes, Size image, double border) {
        Scalar least = new Scalar(-border);
        return boxes.left()
                .ge(least)
                .logical_and(boxes.top().ge(least))
                .logical_and(boxes.right().lt(new Scalar(image.width() + border)))
                .logical_and(boxes.bottom().lt(new Scalar(image.height() + border)));
    }

    /** The middles of boxes: {@code [N, 4] -> [N, 2]}, x first. */
    public static Tensor centres(Tensor boxes) {
        return boxes.narrow(1, 0, 2).add(boxes.narrow(1, 2, 2)).mul(new Scalar(0.5));
    }

    private void requireLevels(List<Size> maps) {
        if (maps.size() != strides.size()) {
            throw new IllegalArgumentException(
                    "%d maps do not fit the anchors' strides %s".formatted(maps.size(), strides));
        }
    }

    private static Tensor floats(List<Double> values) {
        double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
        return Tensors.of(array, array.length).to(ScalarType.Float);
    }
}
