package dev.fovea.weights;

/**
 * Key names of the MAE and ConvMAE repositories (facebookresearch/mae, Alpha-VL/ConvMAE) and of timm's plain ViT, which
 * share one flat layout: pre-training, fine-tuning and segmentation files.
 */
public final class MaeNames {
    private MaeNames() {}

    /** The name here of a reference name. */
    public static String ours(String reference) {
        if (reference.equals("mask_token")) {
            return "decoder.mask_token";
        }
        if (reference.startsWith("decoder_")) {
            return "decoder." + reference.substring("decoder_".length());
        }
        boolean ofHead = reference.startsWith("head.")
                || reference.startsWith("fc_norm.")
                || reference.startsWith("stage1_output_decode.")
                || reference.startsWith("stage2_output_decode.");
        return ofHead ? reference : "backbone." + reference;
    }
}
