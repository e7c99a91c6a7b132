package dev.fovea.pretrain.loca;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The terms of LOCA's loss (Caron et al. 2022, section 3; google-research/scenic projects/loca trainer.py), all float32. R rows are
 * patches of all query views; a target of -1 stands for a patch whose content the reference does not show.
 */
public final class LocaLoss {
    /** Keeps a batch without any valid row from being divided by zero. */
    private static final double EPS = 1e-8;

    private LocaLoss() {}

    /** Cross-entropy of places, over the valid rows: {@code [R, N], [R]} to a scalar. */
    public static Tensor position(Tensor logits, Tensor targets) {
        Tensor log = torch.log_softmax(logits.to(ScalarType.Float), 1);
        Tensor each = log.gather(1, indices(targets).unsqueeze(1)).squeeze(1).neg();
        return meanOfValid(each, targets);
    }

    /** How many valid rows have their largest score at the target: {@code [R, N], [R]} to a scalar. */
    public static Tensor correct(Tensor logits, Tensor targets) {
        return logits.argmax(new LongOptional(1), false).eq(targets).sum();
    }

    /** How many rows have a target. */
    public static Tensor valid(Tensor targets) {
        return targets.ge(new Scalar(0)).sum();
    }

    /**
     * Cross-entropy of prototypes, over the valid rows.
     *
     * @param scores cosines of the student, {@code [R, K]}
     * @param assignments of the teacher's patches, {@code [B N, K]}, without gradient
     * @param rows which of them belongs to each row, any where {@code targets} is -1; int64 {@code [R]}
     */
    public static Tensor cluster(Tensor scores, double temperature, Tensor assignments, Tensor rows, Tensor targets) {
        Tensor log = torch.log_softmax(scores.to(ScalarType.Float).div(new Scalar(temperature)), 1);
        Tensor each = log.mul(assignments.index_select(0, rows)).sum(1).neg();
        return meanOfValid(each, targets);
    }

    /** The negative entropy of the mean prediction over all rows: small when all prototypes are in use. */
    public static Tensor negativeMeanEntropy(Tensor scores, double temperature) {
        Tensor mean = torch.softmax(scores.to(ScalarType.Float).div(new Scalar(temperature)), 1)
                .mean(0); // [K]
        return mean.mul(mean.log()).sum();
    }

    /**
     * What the teacher's cosines assign patches to: a softmax, then rounds that give every prototype the same share of all
     * patches and every patch a total of one (Sinkhorn and Knopp 1967): {@code [R, K] -> [R, K]}.
     *
     * @param sharpening the temperature of the softmax
     */
    public static Tensor assignments(Tensor scores, double sharpening, int rounds) {
        Tensor x = torch.softmax(scores.to(ScalarType.Float).div(new Scalar(sharpening)), 1);
        for (int i = 0; i < rounds; i++) {
            x = x.div(sum(x, 0));
            x = x.div(sum(x, 1));
        }
        return x;
    }

    /**
     * L1 distance and generalised intersection over union (Rezatofighi et al. 2019) of boxes, over the valid ones.
     *
     * @param predicted top, left, height, width, {@code [R, 4]}
     * @param boxes valid, top, left, height, width, {@code [R, 5]}
     */
    public static Tensor box(Tensor predicted, Tensor boxes) {
        Tensor wanted = boxes.narrow(1, 1, 4);
        Tensor found = predicted.to(ScalarType.Float);
        Tensor distance = found.sub(wanted).abs().sum(1);
        Tensor each = distance.add(new Scalar(1)).sub(new BoxOverlap(found, wanted).generalised());
        Tensor valid = boxes.select(1, 0);
        return each.mul(valid).sum().div(valid.sum().add(new Scalar(EPS)));
    }

    /** The mean intersection over union of the valid boxes. */
    public static Tensor boxOverlap(Tensor predicted, Tensor boxes) {
        Tensor valid = boxes.select(1, 0);
        Tensor each = new BoxOverlap(predicted.to(ScalarType.Float), boxes.narrow(1, 1, 4)).plain();
        return each.mul(valid).sum().div(valid.sum().add(new Scalar(EPS)));
    }

    private static Tensor sum(Tensor x, long dimension) {
        return x.sum(new long[] {dimension}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
    }

    private static Tensor meanOfValid(Tensor each, Tensor targets) {
        Tensor valid = targets.ge(new Scalar(0)).to(ScalarType.Float);
        return each.mul(valid).sum().div(valid.sum().add(new Scalar(EPS)));
    }

    /** Targets as indices: rows without one get any, and no weight. */
    static Tensor indices(Tensor targets) {
        return targets.clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional());
    }
}
