package dev.fovea.weights;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Key names of DINOv2 (facebookresearch/dinov2) and of timm's vision transformers with layer scales: those of a plain ViT but
 * for the scales.
 */
public final class Dinov2Names {
    /** Nothing here takes their place: masks of DINOv2's own training, and tokens that take part in no map. */
    private static final Pattern LEFT_OUT = Pattern.compile("mask_token|register_tokens|reg_token");

    private static final UnaryOperator<String> SCALES =
            Names.replaced("^(blocks\\.\\d+)\\.ls([12])\\.gamma$", "$1.gamma_$2");

    private Dinov2Names() {}

    /** The name here of a reference name; null for the tokens that are left out. */
    public static String ours(String reference) {
        return LEFT_OUT.matcher(reference).matches() ? null : MaeNames.ours(SCALES.apply(reference));
    }
}
