package dev.fovea.eval;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * k-nearest-neighbour classification of frozen features by cosine similarity (Wu et al. 2018; facebookresearch/dino
 * eval_knn.py).
 *
 * @param k neighbours that vote
 * @param temperature of the weighted vote: a neighbour of similarity s has weight exp(s / temperature)
 */
public record KnnProbe(int k, double temperature, Vote vote) {
    /** How the neighbours decide. */
    public enum Vote {
        /** By exp(similarity / temperature), as DINO does. */
        WEIGHTED,
        /** One vote each; equal numbers of votes are decided by the sum of similarities. */
        MAJORITY
    }

    /** DINO's settings: 20 neighbours, temperature 0.07, weighted. */
    public static final KnnProbe DINO = new KnnProbe(20, 0.07, Vote.WEIGHTED);

    /** Similarities held at once: 256 MB. */
    private static final long BLOCK = 1L << 26;

    private static final double NORM_EPS = 1e-12;

    public KnnProbe {
        if (k < 1) {
            throw new IllegalArgumentException("kNN needs at least 1 neighbour, not " + k);
        }
        if (!(temperature > 0)) {
            throw new IllegalArgumentException("kNN temperature %s is not positive".formatted(temperature));
        }
    }

    /** {@code acc1} and {@code acc5} on the test features. */
    public Map<String, Double> evaluate(Features train, Features test, int classes) {
        if (test.dim() != train.dim()) {
            throw new IllegalArgumentException("test features of width %d do not fit train features of width %d"
                    .formatted(test.dim(), train.dim()));
        }
        if (k > train.count()) {
            throw new IllegalArgumentException(
                    "kNN with k %d needs as many train samples, not %d".formatted(k, train.count()));
        }
        TopK accuracy = new TopK(1, 5);
        long rows = Math.max(1, BLOCK / train.count());
        try (NoGrad off = new NoGrad();
                PointerScope outer = new PointerScope()) {
            Tensor known = normalized(train.values()).t(); // [D, N]
            for (long from = 0; from < test.count(); from += rows) {
                try (PointerScope block = new PointerScope()) {
                    long count = Math.min(rows, test.count() - from);
                    Tensor queries = normalized(test.values().narrow(0, from, count));
                    Tensor votes = votes(queries.matmul(known), train.labels(), classes);
                    accuracy.add(votes, test.labels().narrow(0, from, count));
                }
            }
        }
        return accuracy.values();
    }

    /** Similarities {@code [B, N]} to votes per class {@code [B, K]}. */
    private Tensor votes(Tensor similarity, Tensor labels, int classes) {
        Tensors.Pair nearest = Tensors.pair(similarity.topk(k));
        Tensor closeness = nearest.first(); // [B, k]
        Tensor neighbours = labels.index_select(0, nearest.second().reshape(-1)).reshape(-1, k);
        return Tensors.zeros(similarity.size(0), classes).scatter_add_(1, neighbours, weights(closeness));
    }

    private Tensor weights(Tensor closeness) {
        return switch (vote) {
            case WEIGHTED -> closeness.div(new Scalar(temperature)).exp();
            // similarities add less than half a vote in all, so they only decide between equal numbers of votes
            case MAJORITY -> closeness.div(new Scalar(2.0 * k + 1)).add(new Scalar(1.0));
        };
    }

    private static Tensor normalized(Tensor x) {
        Tensor norm =
                x.mul(x).sum(new long[] {1}, true, new ScalarTypeOptional()).sqrt();
        return x.div(norm.clamp_min(new Scalar(NORM_EPS)));
    }
}
