package dev.fovea.weights;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Projects whose parameter files are told apart by their names alone. */
public enum KnownSource {
    CONVMAE_PRETRAIN(
            "ConvMAE pre-training (Alpha-VL/ConvMAE)", has("patch_embed1.proj.weight", "stage1_output_decode.weight")),
    CONVMAE(
            "ConvMAE backbone or classifier (Alpha-VL/ConvMAE)",
            has("patch_embed1.proj.weight", "patch_embed4.weight")),
    VIT_ADAPTER("ViT-Adapter backbone (czczup/ViT-Adapter)", has("level_embed", "spm.stem.0.weight")),
    BEIT2_TOKENIZER(
            "BEiT v2 tokenizer, VQ-KD (microsoft/unilm)", has("quantize.embedding.weight", "encoder.cls_token")),
    BEIT2_PRETRAIN("BEiT or BEiT v2 pre-training (microsoft/unilm)", has("lm_head.weight", "blocks.0.attn.q_bias")),
    BEIT("BEiT or BEiT v2 backbone or classifier (microsoft/unilm)", has("blocks.0.attn.q_bias", "cls_token")),
    ITPN_CLIP_PRETRAIN(
            "iTPN pre-training towards CLIP (sunsmarterjie/iTPN)", has("absolute_pos_embed", "lm_cls_head.weight")),
    ITPN_PRETRAIN("iTPN pre-training (sunsmarterjie/iTPN)", has("absolute_pos_embed", "align_dim_16tofpn.weight")),
    FAST_ITPN("Fast-iTPN (sunsmarterjie/iTPN)", has("pos_embed", "blocks.0.mlp.ffn_ln.weight")),
    HIVIT("iTPN or HiViT backbone (sunsmarterjie/iTPN)", has("absolute_pos_embed", "patch_embed.proj.weight")),
    MAE_PRETRAIN("MAE pre-training (facebookresearch/mae)", has("decoder_embed.weight", "blocks.0.attn.qkv.weight")),
    LOCA(
            "LOCA (google-research/scenic), Flax names",
            names -> names.stream().anyMatch(name -> name.endsWith("ToTokenSequence_0/posembed_input"))
                    && names.stream().anyMatch(name -> name.matches("(.*/)?pos(ition)?_predictor/kernel"))),
    CLIP(
            "CLIP with a vision transformer (openai/CLIP or open_clip)",
            has("visual.conv1.weight", "visual.class_embedding")),
    CLIP_HUGGING_FACE(
            "CLIP with a vision transformer (Hugging Face CLIPModel)",
            has("vision_model.embeddings.patch_embedding.weight", "vision_model.pre_layrnorm.weight")),
    VIT_HUGGING_FACE(
            "plain ViT, DINO's among them (Hugging Face ViTModel)",
            has("embeddings.cls_token", "encoder.layer.0.attention.attention.query.weight")),
    DINOV2_GATED(
            "DINOv2 with gated feed-forward parts, its giant (facebookresearch/dinov2)",
            has("blocks.0.ls1.gamma", "blocks.0.mlp.w12.weight")),
    DINOV2(
            "DINOv2 (facebookresearch/dinov2), or another ViT with layer scales (timm)",
            has("blocks.0.ls1.gamma", "patch_embed.proj.weight")),
    VIT_CLASSIFIER("ViT classifier (timm or MAE names)", has("blocks.0.attn.qkv.weight", "head.weight")),
    VIT("plain ViT (timm, MAE or DINO names)", has("blocks.0.attn.qkv.weight", "patch_embed.proj.weight"));

    private static final Pattern WRAPPERS = Pattern.compile("^(module\\.|model\\.|backbone\\.|state_dict\\.)+");

    private final String description;
    private final Predicate<Set<String>> signs;

    KnownSource(String description, Predicate<Set<String>> signs) {
        this.description = description;
        this.signs = signs;
    }

    private static Predicate<Set<String>> has(String... names) {
        return keys -> keys.containsAll(Set.of(names));
    }

    public String description() {
        return description;
    }

    /** From a name of a file of this source, without wrappers, to the name here; null for what has no place here. */
    public UnaryOperator<String> names() {
        return switch (this) {
            case BEIT2_TOKENIZER -> VqkdNames::ours;
            case BEIT2_PRETRAIN, BEIT -> BeitNames::ours;
            case ITPN_PRETRAIN, HIVIT, FAST_ITPN -> ItpnNames::ours;
            case ITPN_CLIP_PRETRAIN -> ItpnNames::clip;
            case DINOV2, DINOV2_GATED -> Dinov2Names::ours;
            case VIT_ADAPTER -> AdapterNames::oursBelowHead;
            default -> MaeNames::ours;
        };
    }

    /** The source of a file with these tensor names; wrappers such as {@code module.} do not matter. */
    public static Optional<KnownSource> of(Set<String> names) {
        Set<String> bare = names.stream()
                .map(name -> WRAPPERS.matcher(name).replaceFirst(""))
                .collect(Collectors.toSet());
        for (KnownSource source : values()) {
            if (source.signs.test(bare)) {
                return Optional.of(source);
            }
        }
        return Optional.empty();
    }
}
