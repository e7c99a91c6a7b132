package dev.fovea.weights;

import java.util.function.UnaryOperator;

/**
 * Key names of HiViT, iTPN and Fast-iTPN (zhangxiaosong18/hivit, sunsmarterjie/iTPN): pre-training, fine-tuning and
 * segmentation files, all flat. Indices of relative positions are left out: they are computed here.
 */
public final class ItpnNames {
    private static final UnaryOperator<String> RULES = Names.inOrder(
            Names.without("(.*\\.)?relative_position_index"),
            Names.replaced("^mask_token$", "decoder.mask_token"),
            Names.replaced("^decoder_embed\\.(\\d)\\.0\\.", "embed.$1.norm."),
            Names.replaced("^decoder_embed\\.(\\d)\\.1\\.", "embed.$1.proj."),
            Names.replaced("^decoder_", "decoder."),
            Names.replaced("^absolute_pos_embed$", "backbone.pos_embed"),
            Names.replaced("^align_dim_16tofpn\\.", "backbone.neck.levels.0.lateral."),
            Names.replaced("^align_dim_16to8\\.", "backbone.neck.levels.1.lateral."),
            Names.replaced("^align_dim_8to4\\.", "backbone.neck.levels.2.lateral."),
            Names.replaced("^split_16to8\\.norm\\.", "backbone.neck.levels.1.split_norm."),
            Names.replaced("^split_8to4\\.norm\\.", "backbone.neck.levels.2.split_norm."),
            Names.replaced("^split_16to8\\.reduction\\.", "backbone.neck.levels.1.split."),
            Names.replaced("^split_8to4\\.reduction\\.", "backbone.neck.levels.2.split."),
            Names.replaced("^block_16to8\\.", "backbone.neck.levels.1.blocks."),
            Names.replaced("^block_8to4\\.", "backbone.neck.levels.2.blocks."),
            Names.replaced("^fpn_modules\\.(\\d)\\.", "backbone.neck.levels.$1.out."),
            Names.replaced("\\.attn\\.(q_proj|k_proj|v_proj|q_bias|v_bias)", ".attn.qkv.$1"),
            Names.replaced("^(pos_embed|patch_embed\\.|blocks\\.)", "backbone.$1"));

    /**
     * Of the blocks on the early tap when pre-training with CLIP targets: they have relative positions there in any case, which
     * nothing reads where the other blocks have none.
     */
    public static final String EARLY_TABLES = "cls_pt_layers\\.\\d+\\.attn\\.relative_position_bias_table";

    private ItpnNames() {}

    /** The name here of a reference name; null for what is computed here. */
    public static String ours(String reference) {
        return RULES.apply(reference);
    }

    /** The same for pre-training with CLIP targets, whose mask token stands in the encoder and has its width. */
    public static String clip(String reference) {
        return reference.equals("mask_token") ? reference : ours(reference);
    }
}
