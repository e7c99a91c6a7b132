package dev.fovea.weights;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Key names of BEiT v2's tokenizers (microsoft/unilm beit2, modeling_vqkd.py). What a published file holds of its teacher is
 * left out, and so is state that the released code writes and never reads.
 */
public final class VqkdNames {
    private static final Map<String, String> QUANTIZER = Map.of(
            "embedding.weight", "codebook",
            "embedding.initted", "started",
            "cluster_size", "usage.average");

    private static final UnaryOperator<String> RULES = Names.inOrder(
            Names.stripped("module."),
            Names.without("(loss|teacher|scaling).*"),
            Names.without(".*relative_position_index"),
            Names.replaced("\\.attn\\.([qv]_bias)$", ".attn.qkv.$1"),
            Names.replaced("^(encoder|decoder)\\.fc_norm\\.", "$1.norm."),
            Names.replaced("^encoder\\.", "backbone."),
            Names.replaced("^(encode|decode)_task_layer\\.0\\.", "$1_task.fc1."),
            Names.replaced("^(encode|decode)_task_layer\\.2\\.", "$1_task.fc2."));

    private VqkdNames() {}

    /** The name here of a reference name; null for what is not loaded. */
    public static String ours(String reference) {
        String name = RULES.apply(reference);
        if (name == null || !name.startsWith("quantize.")) {
            return name;
        }
        String below = quantizer(name.substring("quantize.".length()));
        return below == null ? null : "quantize." + below;
    }

    /** The same for the codebook alone. */
    public static String quantizer(String reference) {
        return QUANTIZER.get(reference);
    }
}
