package dev.fovea.dense.mask2former;

import dev.fovea.nn.DeformableAttention;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.MapSize;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Deformable attention among the cells of all levels, then a feed-forward network, each with its norm behind
 * (mmcv BaseTransformerLayer, order self_attn, norm, ffn, norm): {@code [B, S, D] -> [B, S, D]}.
 */
final class EncoderLayer extends Layer {
    private final DeformableAttention attention;
    private final FeedForward ffn;
    private final List<LayerNorm> norms;

    EncoderLayer(DeformableAttention.Spec spec, int hidden) {
        attention = new DeformableAttention(spec);
        ffn = new FeedForward(spec.dim(), hidden);
        childList("attentions", List.of(attention));
        childList("ffns", List.of(ffn));
        norms = childList("norms", List.of(DecoderLayer.norm(spec.dim()), DecoderLayer.norm(spec.dim())));
    }

    /** @param positions added to the queries alone, {@code [1, S, D]} */
    Tensor forward(Tensor x, Tensor positions, Tensor centres, List<MapSize> levels) {
        Tensor seen = attention.forward(x.add(positions), centres, x, levels, null);
        Tensor y = norms.get(0).forward(x.add(seen));
        return norms.get(1).forward(y.add(ffn.forward(y)));
    }
}
