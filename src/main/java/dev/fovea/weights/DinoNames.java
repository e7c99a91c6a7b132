package dev.fovea.weights;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Key names of DINO's vision transformers: the official files (facebookresearch/dino; timm's names, in full checkpoints
 * below {@code backbone.}) and Hugging Face's {@code ViTModel} (transformers, before its names changed in version 5).
 */
public final class DinoNames {
    private static final UnaryOperator<String> UNWRAPPED =
            Names.inOrder(Names.stripped("module."), Names.stripped("backbone."), Names.stripped("vit."));
    private static final Map<String, String> STEM = Map.of(
            "embeddings.cls_token", "cls_token",
            "embeddings.position_embeddings", "pos_embed",
            "embeddings.patch_embeddings.projection.weight", "patch_embed.proj.weight",
            "embeddings.patch_embeddings.projection.bias", "patch_embed.proj.bias",
            "layernorm.weight", "norm.weight",
            "layernorm.bias", "norm.bias");
    private static final UnaryOperator<String> LAYERS = Names.inOrder(
            Names.replaced("^encoder\\.layer\\.", "blocks."),
            Names.replaced("\\.layernorm_before\\.", ".norm1."),
            Names.replaced("\\.layernorm_after\\.", ".norm2."),
            Names.replaced("\\.attention\\.attention\\.([qkv])\\w+\\.", ".attn.$1."),
            Names.replaced("\\.attention\\.output\\.dense\\.", ".attn.proj."),
            Names.replaced("\\.intermediate\\.dense\\.", ".mlp.fc1."),
            Names.replaced("^(blocks\\.\\d+)\\.output\\.dense\\.", "$1.mlp.fc2."));

    private DinoNames() {}

    /** The name here of a file's name; queries, keys and values that lie apart are then {@link JoinedQkv joined}. */
    public static String ours(String theirs) {
        String name = UNWRAPPED.apply(theirs);
        return STEM.getOrDefault(name, LAYERS.apply(name));
    }
}
