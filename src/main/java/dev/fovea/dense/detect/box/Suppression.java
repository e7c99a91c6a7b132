package dev.fovea.dense.detect.box;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Of boxes that overlap, keeps the best. Picking is one box after the other by nature, so it runs over plain arrays on the
 * processor, wherever the tensors are.
 */
public sealed interface Suppression permits HardNms, SoftNms {
    /** Whether boxes of different groups leave each other alone. */
    boolean groupwise();

    /** What is left of boxes as ordered plain arrays. */
    Survivors among(PlainBoxes boxes, int most);

    /**
     * @param kept int64 {@code [K]}: numbers of the boxes left, best first
     * @param scores float {@code [K]}: their scores afterwards
     */
    record Kept(Tensor kept, Tensor scores) {}

    /**
     * What is left of {@code [N, 4]} boxes with scores {@code [N]}.
     *
     * @param groups int64 {@code [N]}: class or level of each; null = all one
     * @param most how many at most; the best ones
     */
    default Kept apply(Tensor boxes, Tensor scores, Tensor groups, long most) {
        Tensors.Pair sorted = Tensors.pair(scores.detach().sort(new BoolOptional(true), 0, true));
        Tensor order = sorted.second();
        long[] group = groups == null || !groupwise()
                ? new long[Math.toIntExact(order.size(0))]
                : Tensors.toLongs(groups.index_select(0, order));
        PlainBoxes plain =
                new PlainBoxes(Tensors.toFloats(boxes.index_select(0, order)), Tensors.toFloats(sorted.first()), group);
        Survivors left = among(plain, (int) Math.min(most, Integer.MAX_VALUE));
        Tensor places = Tensors.beside(Tensors.of(left.places(), left.places().length), order);
        Tensor after = Tensors.beside(Tensors.of(left.scores(), left.scores().length), scores);
        return new Kept(order.index_select(0, places), after);
    }

    /** All that is left. */
    default Kept apply(Tensor boxes, Tensor scores, Tensor groups) {
        return apply(boxes, scores, groups, Long.MAX_VALUE);
    }
}
