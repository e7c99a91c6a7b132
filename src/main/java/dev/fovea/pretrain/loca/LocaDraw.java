package dev.fovea.pretrain.loca;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Which patches take part, the same for every image of a batch.
 *
 * @param reference patches of the reference that queries may look at, int64 {@code [M]}
 * @param query patches that are kept of the first group's queries, where they are as large as the reference, int64
 *     {@code [n]}; null = all
 */
public record LocaDraw(Tensor reference, Tensor query) {
    /** How patches are chosen. */
    public enum Selection {
        /** A run in row order that starts anywhere. */
        CONSECUTIVE,
        /** Any. */
        UNSTRUCTURED,
        /** From the first on. */
        FIRST;

        /** So many of {@code patches}, int64; all in order when there are no more. */
        public Tensor draw(long count, long patches) {
            if (count >= patches || this == FIRST) {
                return Tensors.range(0, Math.min(count, patches));
            }
            if (this == UNSTRUCTURED) {
                return torch.argsort(Draws.uniform(patches), true, 0, false)
                        .narrow(0, 0, count)
                        .contiguous();
            }
            return consecutive((long) (Tensors.item(Draws.uniform(1)) * (patches - count + 1)), count);
        }

        private static Tensor consecutive(long offset, long count) {
            return Tensors.range(offset, offset + count);
        }
    }
}
