package dev.fovea.weights;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Key names of CLIP's image tower, a vision transformer: OpenAI's (openai/CLIP; open_clip has the same) and Hugging Face's
 * {@code CLIPModel}. The text tower is left out.
 */
public final class ClipNames {
    /** OpenAI's projection is kept transposed, {@code [width, D]}: under this name it has still to be turned. */
    public static final String TRANSPOSED_PROJECTION = "proj.transposed";

    private static final String OPEN_AI_PATCHES = "visual.conv1.weight";
    private static final String HUGGING_FACE_PATCHES = "vision_model.embeddings.patch_embedding.weight";

    private static final Map<String, String> OPEN_AI_STEM = Map.of(
            "class_embedding", "cls_token",
            "positional_embedding", "pos_embed",
            "conv1.weight", "patch_embed.proj.weight",
            "proj", TRANSPOSED_PROJECTION);
    private static final UnaryOperator<String> OPEN_AI_LAYERS = Names.inOrder(
            Names.replaced("^ln_pre\\.", "norm_pre."),
            Names.replaced("^ln_post\\.", "norm."),
            Names.replaced("^transformer\\.resblocks\\.", "blocks."),
            Names.replaced("\\.ln_([12])\\.", ".norm$1."),
            Names.replaced("\\.attn\\.in_proj_", ".attn.qkv."),
            Names.replaced("\\.attn\\.out_proj\\.", ".attn.proj."),
            Names.replaced("\\.mlp\\.c_fc\\.", ".mlp.fc1."),
            Names.replaced("\\.mlp\\.c_proj\\.", ".mlp.fc2."));

    private static final Map<String, String> HUGGING_FACE_STEM = Map.of(
            "embeddings.class_embedding", "cls_token",
            "embeddings.position_embedding.weight", "pos_embed",
            "embeddings.patch_embedding.weight", "patch_embed.proj.weight");
    private static final UnaryOperator<String> HUGGING_FACE_LAYERS = Names.inOrder(
            Names.without("embeddings\\.position_ids"), // a counter, no weight
            Names.replaced("^pre_layrnorm\\.", "norm_pre."), // the files' own spelling
            Names.replaced("^post_layernorm\\.", "norm."),
            Names.replaced("^encoder\\.layers\\.", "blocks."),
            Names.replaced("\\.layer_norm([12])\\.", ".norm$1."),
            Names.replaced("\\.self_attn\\.([qkv])_proj\\.", ".attn.$1."),
            Names.replaced("\\.self_attn\\.out_proj\\.", ".attn.proj."));

    private ClipNames() {}

    /**
     * The rules for a file with these names; what is none of the image tower's gets null.
     *
     * @param source what holds them, for the error
     * @throws IllegalArgumentException when there is no image tower of these kinds
     */
    public static UnaryOperator<String> of(Set<String> names, String source) {
        UnaryOperator<String> unwrapped = Names.inOrder(Names.stripped("module."), Names.stripped("teacher_model."));
        Set<String> bare = Set.copyOf(names.stream().map(unwrapped).toList());
        if (bare.contains(OPEN_AI_PATCHES)) {
            return Names.inOrder(
                    unwrapped,
                    Names.below("visual."),
                    name -> OPEN_AI_STEM.getOrDefault(name, OPEN_AI_LAYERS.apply(name)));
        }
        if (bare.contains(HUGGING_FACE_PATCHES)) {
            return Names.inOrder(unwrapped, ClipNames::huggingFace);
        }
        throw new IllegalArgumentException("%s holds no image tower of CLIP: there is neither %s nor %s among its names"
                .formatted(source, OPEN_AI_PATCHES, HUGGING_FACE_PATCHES));
    }

    private static String huggingFace(String name) {
        if (name.equals("visual_projection.weight")) {
            return "proj.weight";
        }
        String below = Names.below("vision_model.").apply(name);
        return below == null ? null : HUGGING_FACE_STEM.getOrDefault(below, HUGGING_FACE_LAYERS.apply(below));
    }
}
