package dev.fovea.backbone;

/** The layers that layer-wise learning rates tell apart in a plain transformer. */
public final class PlainLayers {
    private PlainLayers() {}

    /**
     * Embeddings are layer 0, block i is i + 1, and whatever is behind the blocks {@code depth + 1}, a table of relative
     * positions that all blocks share too: facebookresearch/mae util/lr_decay.py, microsoft/unilm beit2 optim_factory.py
     * and ViT-Adapter layer_decay_optimizer_constructor.py, where all of the adapter trains like a head.
     */
    public static int of(String parameter, int depth) {
        if (parameter.equals("cls_token") || parameter.equals("pos_embed") || parameter.startsWith("patch_embed.")) {
            return 0;
        }
        return parameter.startsWith("blocks.") ? Integer.parseInt(parameter.split("\\.")[1]) + 1 : depth + 1;
    }
}
