package dev.fovea.eval;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Top-k accuracy. Of equal scores the smaller class number ranks first, so that a constant output does not count as
 * right, and a score that is NaN never does.
 */
public final class TopK {
    private final int[] ks;
    private final long[] right;
    private long samples;

    public TopK(int... ks) {
        for (int k : ks) {
            if (k < 1) {
                throw new IllegalArgumentException("top-%d accuracy does not exist: k starts at 1".formatted(k));
            }
        }
        this.ks = ks.clone();
        right = new long[ks.length];
    }

    /** Scores {@code [B, K]} with labels {@code [B]}. */
    public void add(Tensor scores, Tensor labels) {
        if (scores.dim() != 2 || labels.dim() != 1 || scores.size(0) != labels.size(0)) {
            throw new IllegalArgumentException("scores %s do not fit labels %s: want [B, K] and [B]"
                    .formatted(Shapes.text(scores), Shapes.text(labels)));
        }
        for (long rank : Tensors.toLongs(ranks(scores, labels))) {
            for (int i = 0; i < ks.length; i++) {
                right[i] += rank < ks[i] ? 1 : 0;
            }
        }
        samples += labels.size(0);
    }

    /** How many classes stand before the right one. */
    private static Tensor ranks(Tensor scores, Tensor labels) {
        Tensor column = labels.unsqueeze(1);
        Tensor own = scores.gather(1, column); // [B, 1]
        Tensor before = Tensors.range(0, scores.size(1)).unsqueeze(0).lt(column); // [B, K]
        Tensor notBelow = scores.le(own).logical_not_(); // also where either is NaN
        return notBelow.logical_or(scores.eq(own).logical_and(before)).sum(1);
    }

    public long samples() {
        return samples;
    }

    /** The share of samples whose class is among the k best; {@code k} must be one of those asked for. */
    public double accuracy(int k) {
        for (int i = 0; i < ks.length; i++) {
            if (ks[i] == k) {
                return samples == 0 ? Double.NaN : (double) right[i] / samples;
            }
        }
        throw new IllegalArgumentException("top-%d accuracy was not counted".formatted(k));
    }

    /** {@code acc1}, {@code acc5}, … */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        for (int k : ks) {
            values.put("acc" + k, accuracy(k));
        }
        return values;
    }
}
