package dev.fovea.dense.mask2former;

import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Queries of a batch and their masks, in the order image, then query.
 *
 * @param query numbers {@code image * Q + query}
 * @param mask numbers of the masks, counted through the images of the batch
 * @param classes wanted class of every query, that of "no object" for the unmatched, {@code [B Q]}
 */
record Matches(long[] query, long[] mask, long[] classes) {
    static Matches of(List<int[]> assigned, List<MaskTargets> targets, long noObject) {
        int queries = assigned.get(0).length;
        long[] query = new long[assigned.size() * queries];
        long[] mask = new long[query.length];
        long[] classes = new long[query.length];
        Arrays.fill(classes, noObject);
        int matched = 0;
        long before = 0;
        for (int i = 0; i < assigned.size(); i++) {
            long[] labels = Tensors.toLongs(targets.get(i).labels());
            for (int q = 0; q < queries; q++) {
                int k = assigned.get(i)[q];
                if (k >= 0) {
                    query[matched] = (long) i * queries + q;
                    mask[matched++] = before + k;
                    classes[i * queries + q] = labels[k];
                }
            }
            before += labels.length;
        }
        return new Matches(Arrays.copyOf(query, matched), Arrays.copyOf(mask, matched), classes);
    }

    int count() {
        return query.length;
    }

    Tensor labels() {
        return Tensors.of(classes, classes.length);
    }

    /** Indices into the flattened queries, beside {@code like}. */
    Tensor queries(Tensor like) {
        return Tensors.of(query, query.length).to(like.device(), ScalarType.Long);
    }

    /** The masks that the matched queries should give, {@code [G, H, W]}. */
    Tensor masks(List<MaskTargets> targets) {
        Tensor all = targets.size() == 1
                ? targets.get(0).masks()
                : Tensors.cat(0, targets.stream().map(MaskTargets::masks).toList());
        boolean inOrder =
                mask.length == all.size(0) && IntStream.range(0, mask.length).allMatch(i -> mask[i] == i);
        return inOrder ? all : all.index_select(0, Tensors.of(mask, mask.length).to(all.device(), ScalarType.Long));
    }
}
