package dev.fovea.dense.detect.box;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One box by another: shifts of the centre in widths and heights, and logarithms of the size (Girshick et al. 2014; mmdet
 * core/bbox/coder/delta_xywh_bbox_coder.py).
 *
 * @param means of the four numbers, which are taken away
 * @param stds what they are divided by
 * @param clipped whether decoded boxes are cut at the image's border
 * @param furthest pixels that a centre may move (and then only growth of the size is bounded); 0 = no bound
 */
public record BoxCoder(List<Double> means, List<Double> stds, boolean clipped, double furthest) {
    /** By how much a size may change, as a logarithm: from 16 to 1000 pixels. */
    private static final double MOST_GROWTH = Math.abs(Math.log(16.0 / 1000));

    public BoxCoder {
        if (means.size() != 4 || stds.size() != 4 || stds.stream().anyMatch(std -> !(std > 0))) {
            throw new IllegalArgumentException(
                    "means %s and stds %s of a box coder are not four numbers each, stds positive"
                            .formatted(means, stds));
        }
        means = List.copyOf(means);
        stds = List.copyOf(stds);
    }

    /** Means 0, cut at the border. */
    public static BoxCoder of(double... stds) {
        return new BoxCoder(
                List.of(0.0, 0.0, 0.0, 0.0), Arrays.stream(stds).boxed().toList(), true, 0);
    }

    /** What leads from boxes to targets: {@code [N, 4], [N, 4] -> [N, 4]}. */
    public Tensor encode(Tensor boxes, Tensor targets) {
        Sides from = Sides.of(boxes.to(ScalarType.Float)), to = Sides.of(targets.to(ScalarType.Float));
        Tensor x = centre(to.left(), to.right())
                .sub(centre(from.left(), from.right()))
                .div(from.width());
        Tensor y = centre(to.top(), to.bottom())
                .sub(centre(from.top(), from.bottom()))
                .div(from.height());
        Tensor w = to.width().div(from.width()).log();
        Tensor h = to.height().div(from.height()).log();
        Tensor deltas = Tensors.stack(-1, List.of(x, y, w, h));
        return deltas.sub(row(means, deltas)).div(row(stds, deltas));
    }

    /**
     * The way back, with gradient to the deltas: {@code [N, 4], [N, 4 K] -> [N, 4 K]}.
     *
     * @param image where decoded boxes are cut; null = nowhere
     */
    public Tensor decode(Tensor boxes, Tensor deltas, Size image) {
        long n = deltas.size(0), k = deltas.size(1) / 4;
        Tensor coded = deltas.reshape(n, k, 4);
        Tensor plain = coded.mul(row(stds, coded)).add(row(means, coded)); // [N, K, 4]
        Sides from = Sides.of(boxes.to(ScalarType.Float)).unsqueeze(1); // [N, 1]
        Tensor x = moved(centre(from.left(), from.right()), from.width(), plain.select(-1, 0));
        Tensor y = moved(centre(from.top(), from.bottom()), from.height(), plain.select(-1, 1));
        Tensor halfWidth = from.width().mul(growth(plain.select(-1, 2))).mul(new Scalar(0.5));
        Tensor halfHeight = from.height().mul(growth(plain.select(-1, 3))).mul(new Scalar(0.5));
        Sides to = new Sides(x.sub(halfWidth), y.sub(halfHeight), x.add(halfWidth), y.add(halfHeight));
        return (clipped && image != null ? cut(to, image) : to).join().reshape(n, 4 * k);
    }

    private Tensor moved(Tensor centre, Tensor length, Tensor delta) {
        Tensor shift = length.mul(delta);
        return centre.add(furthest > 0 ? between(shift, -furthest, furthest) : shift);
    }

    private Tensor growth(Tensor delta) {
        Tensor bounded =
                furthest > 0 ? delta.clamp_max(new Scalar(MOST_GROWTH)) : between(delta, -MOST_GROWTH, MOST_GROWTH);
        return bounded.exp();
    }

    private static Sides cut(Sides boxes, Size image) {
        return new Sides(
                between(boxes.left(), 0, image.width()),
                between(boxes.top(), 0, image.height()),
                between(boxes.right(), 0, image.width()),
                between(boxes.bottom(), 0, image.height()));
    }

    private static Tensor centre(Tensor low, Tensor high) {
        return low.add(high).mul(new Scalar(0.5));
    }

    private static Tensor between(Tensor x, double low, double high) {
        return x.clamp(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high)));
    }

    private static Tensor row(List<Double> values, Tensor like) {
        double[] four = values.stream().mapToDouble(Double::doubleValue).toArray();
        return Tensors.of(four, 4).to(like.device(), like.scalar_type());
    }
}
