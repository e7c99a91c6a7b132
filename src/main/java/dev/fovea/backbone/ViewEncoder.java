package dev.fovea.backbone;

import org.bytedeco.pytorch.Tensor;

/** A backbone that reads views of any size its patches divide, and part of a view's patches where that is asked for. */
public interface ViewEncoder {
    /**
     * Patch tokens after the final norm, without class token: {@code [B, 3, h, w] -> [B, n, D]}, in the order of
     * {@code patches.kept()}.
     */
    Tensor encodeView(Tensor images, Patches patches);

    /**
     * What is read of a view.
     *
     * @param kept numbers of the patches that enter the first transformer block, the same for the whole batch, int64
     *     {@code [n]}; null = all
     * @param placed whether patches are told where in the view they lie
     */
    record Patches(Tensor kept, boolean placed) {
        public static Patches all() {
            return new Patches(null, true);
        }

        /** The chosen ones of {@code [B, N, ..]}. */
        public Tensor select(Tensor x) {
            return kept == null ? x : x.index_select(1, kept);
        }
    }
}
