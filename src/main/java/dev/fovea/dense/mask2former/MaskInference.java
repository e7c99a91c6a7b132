package dev.fovea.dense.mask2former;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * From the queries of one prediction to what a user wants to see (Cheng et al. 2022, section 4; mmdet
 * panoptic_fusion_heads/maskformer_fusion_head.py).
 */
public final class MaskInference {
    private static final double HALF = 0.5;
    private static final double EPS = 1e-6;
    /** Masks that are made as large as the file at once: 17 MB each for 4 megapixels. */
    private static final int AT_ONCE = 16;

    private MaskInference() {}

    /**
     * Which queries become segments.
     *
     * @param score least class probability of a query
     * @param visible least share of its mask that no other query takes
     * @param onlyInside whether a pixel whose winning query has it outside of its mask is left void
     */
    public record PanopticRule(double score, double visible, boolean onlyInside) {
        public static final PanopticRule USUAL = new PanopticRule(0.8, 0.8, true);
    }

    /**
     * Class scores of every pixel: class probabilities times mask probabilities, summed over queries (Cheng et al. 2021,
     * section 3.4): {@code [B, K, h, w]}, float32, not normalised.
     */
    public static Tensor semantic(MaskPrediction prediction) {
        Tensor masks = prediction.masks().to(ScalarType.Float);
        Tensor classes = classes(prediction).transpose(1, 2); // [B, K, Q]
        try (Precision.Scope exact = Precision.FP32.open()) {
            Tensor scores = classes.matmul(masks.sigmoid().flatten(2, 3));
            return scores.reshape(scores.size(0), scores.size(1), masks.size(2), masks.size(3));
        }
    }

    /** Probabilities of the classes proper, {@code [B, Q, K]}: they sum to less than 1. */
    private static Tensor classes(MaskPrediction prediction) {
        Tensor probabilities = prediction.classes().to(ScalarType.Float).softmax(-1);
        return probabilities.narrow(2, 0, probabilities.size(2) - 1);
    }

    /** Mask logits of some queries of one image, {@code [N, H, W]}. */
    private static Tensor masks(MaskPrediction prediction, int image, Tensor queries, ImagePixels pixels) {
        Tensor masks = prediction.masks().select(0, image).index_select(0, queries);
        return pixels.of(masks.to(ScalarType.Float));
    }

    /**
     * The objects of one image: the pairs of query and class with the highest probabilities that are things, each scored
     * by that probability times the mean of its mask's.
     *
     * @param things for each class, whether it has single objects
     * @param most pairs that are looked at
     */
    public static MaskInstances instances(
            MaskPrediction prediction, int image, ImagePixels pixels, boolean[] things, int most) {
        Tensor classes = classes(prediction).select(0, image); // [Q, K]
        long k = classes.size(1);
        long looked = Math.min(most, classes.numel());
        Tensors.Pair best = Tensors.pair(classes.flatten().topk(looked, 0, true, true));
        long[] pairs = Tensors.toLongs(best.second());
        List<Long> kept = new ArrayList<>();
        for (int i = 0; i < pairs.length; i++) {
            if (things[(int) (pairs[i] % k)]) {
                kept.add((long) i);
            }
        }
        Tensor chosen = indices(kept, classes);
        Tensor pair = best.second().index_select(0, chosen);
        Tensor query = pair.floor_divide(new Scalar(k));
        List<Tensor> insides = new ArrayList<>(), means = new ArrayList<>();
        for (long from = 0; from < query.size(0); from += AT_ONCE) {
            Tensor some = query.narrow(0, from, Math.min(AT_ONCE, query.size(0) - from));
            try (Temporaries made = new Temporaries()) {
                Tensor logits = masks(prediction, image, some, pixels); // [n, H, W]
                Tensor inside = logits.gt(new Scalar(0));
                Tensor weights = inside.to(ScalarType.Float);
                Tensor sure = logits.sigmoid().mul(weights).flatten(1, 2).sum(1);
                insides.add(made.keep(inside));
                means.add(made.keep(sure.div(weights.flatten(1, 2).sum(1).add(new Scalar(EPS)))));
            }
        }
        Tensor scores = best.first().index_select(0, chosen);
        Tensor labels = pair.remainder(new Scalar(k));
        Size size = pixels.original();
        return insides.isEmpty()
                ? new MaskInstances(
                        labels,
                        scores,
                        classes.new_zeros(0, size.height(), size.width()).to(ScalarType.Bool))
                : new MaskInstances(labels, scores.mul(Tensors.cat(0, means)), Tensors.cat(0, insides));
    }

    /**
     * One image cut into segments: every pixel goes to the query whose class and mask together are likeliest; queries of
     * which too little is left are dropped, those of one stuff class are one segment.
     *
     * @param things for each class, whether it has single objects
     */
    public static Panoptic panoptic(
            MaskPrediction prediction, int image, ImagePixels pixels, boolean[] things, PanopticRule rule) {
        int height = pixels.original().height(), width = pixels.original().width();
        Tensor probabilities =
                prediction.classes().select(0, image).to(ScalarType.Float).softmax(-1);
        Tensors.Pair best = Tensors.pair(probabilities.max(-1, false));
        List<Long> sure = sureQueries(best, things.length, rule.score());
        if (sure.isEmpty()) {
            return new Panoptic(height, width, new int[height * width], List.of());
        }
        Tensor kept = indices(sure, probabilities);
        Claims claims = claims(prediction, image, pixels, kept, best.first().index_select(0, kept));
        Tensor winner = claims.winner();
        long[] left = Tensors.toLongs(winner.flatten().bincount(new TensorOptional(), sure.size()));
        if (rule.onlyInside()) {
            winner = winner.masked_fill(claims.inside().logical_not(), new Scalar(sure.size()));
        }
        long[] labels = Tensors.toLongs(best.second().index_select(0, kept));
        return cut(height, width, ints(winner), segmentIds(labels, claims.whole(), left, things, rule), labels);
    }

    /**
     * Which query every pixel goes to.
     *
     * @param winner its place among those that were asked, int64 {@code [1, H, W]}
     * @param inside whether the winner has the pixel in its mask, bool {@code [1, H, W]}
     * @param whole how many pixels the mask of each query has
     */
    private record Claims(Tensor winner, Tensor inside, long[] whole) {}

    /** Keeps the best so far of every pixel, so that only a few masks are as large as the file at once. */
    private static Claims claims(
            MaskPrediction prediction, int image, ImagePixels pixels, Tensor queries, Tensor scores) {
        Size size = pixels.original();
        Tensor product = scores.new_zeros(1, size.height(), size.width()).sub_(new Scalar(1)); // below all there can be
        Tensor winner = queries.new_zeros(1, size.height(), size.width());
        Tensor inside = winner.to(ScalarType.Bool);
        long[] whole = new long[(int) queries.size(0)];
        for (int from = 0; from < whole.length; from += AT_ONCE) {
            int count = Math.min(AT_ONCE, whole.length - from);
            try (Temporaries made = new Temporaries()) {
                Tensor masks = masks(prediction, image, queries.narrow(0, from, count), pixels)
                        .sigmoid(); // [n, H, W]
                Tensor within = masks.ge(new Scalar(HALF));
                System.arraycopy(Tensors.toLongs(within.flatten(1, 2).sum(1)), 0, whole, from, count);
                Tensors.Pair best =
                        Tensors.pair(masks.mul(scores.narrow(0, from, count).reshape(count, 1, 1))
                                .max(0, true)); // [1, H, W]
                Tensor better = best.first().gt(product); // of equal ones the first stays
                product.copy_(torch.where(better, best.first(), product));
                winner.copy_(torch.where(better, best.second().add(new Scalar(from)), winner));
                inside.copy_(torch.where(better, within.gather(0, best.second()), inside));
            }
        }
        return new Claims(winner, inside, whole);
    }

    /** Queries whose likeliest class is one, with enough probability. */
    private static List<Long> sureQueries(Tensors.Pair best, int classes, double score) {
        double[] scores = Tensors.toDoubles(best.first());
        long[] labels = Tensors.toLongs(best.second());
        List<Long> sure = new ArrayList<>();
        for (int q = 0; q < scores.length; q++) {
            if (labels[q] < classes && scores[q] > score) {
                sure.add((long) q);
            }
        }
        return sure;
    }

    /** The segment of each query, void for those that are dropped and, last, for pixels outside of their query's mask. */
    private static int[] segmentIds(long[] labels, long[] whole, long[] left, boolean[] things, PanopticRule rule) {
        int[] ids = new int[labels.length + 1];
        Map<Long, Integer> stuff = new HashMap<>();
        int next = 1;
        for (int k = 0; k < labels.length; k++) {
            if (left[k] == 0 || whole[k] == 0 || (double) left[k] / whole[k] < rule.visible()) {
                continue;
            }
            Integer known = things[(int) labels[k]] ? null : stuff.get(labels[k]);
            ids[k] = known == null ? next++ : known;
            if (!things[(int) labels[k]]) {
                stuff.put(labels[k], ids[k]);
            }
        }
        return ids;
    }

    private static Panoptic cut(int height, int width, int[] winners, int[] idOf, long[] labels) {
        int[] ids = new int[winners.length];
        boolean[] seen = new boolean[idOf.length + 1];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = idOf[winners[i]];
            seen[ids[i]] = true;
        }
        Map<Integer, Segment> segments = new HashMap<>();
        for (int k = 0; k < labels.length; k++) {
            if (idOf[k] != Panoptic.VOID && seen[idOf[k]]) {
                segments.putIfAbsent(idOf[k], new Segment(idOf[k], (int) labels[k], false));
            }
        }
        return new Panoptic(height, width, ids, List.copyOf(segments.values()));
    }

    private static Tensor indices(List<Long> values, Tensor beside) {
        long[] plain = values.stream().mapToLong(Long::longValue).toArray();
        return Tensors.of(plain, plain.length).to(beside.device(), ScalarType.Long);
    }

    private static int[] ints(Tensor x) {
        long[] values = Tensors.toLongs(x);
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }
}
