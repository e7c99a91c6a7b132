package dev.fovea.dense.mask2former;

import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Queries look at the cells inside their masks, then at each other, then go through a feed-forward network, each with
 * its norm behind (Cheng et al. 2022, section 3.2.1): {@code [B, Q, D] -> [B, Q, D]}.
 */
final class DecoderLayer extends Layer {
    private static final double EPS = 1e-5;

    private final QueryAttention cross;
    private final QueryAttention self;
    private final FeedForward ffn;
    private final List<LayerNorm> norms;

    DecoderLayer(int dim, int heads, int hidden) {
        cross = new QueryAttention(dim, heads);
        self = new QueryAttention(dim, heads);
        ffn = new FeedForward(dim, hidden);
        childList("attentions", List.of(cross, self));
        childList("ffns", List.of(ffn));
        norms = childList("norms", List.of(norm(dim), norm(dim), norm(dim)));
    }

    static LayerNorm norm(int dim) {
        return new LayerNorm(dim, EPS);
    }

    /**
     * @param places of the queries, added wherever they ask or are asked, {@code [1, Q, D]}
     * @param cells of one level, {@code [B, S, D]}
     * @param positions of the cells, {@code [1, S, D]}
     * @param bias of the cross attention, {@code [B, 1, Q, S]}
     */
    Tensor forward(Tensor queries, Tensor places, Tensor cells, Tensor positions, Tensor bias) {
        Tensor seen = cross.forward(queries.add(places), cells.add(positions), cells, bias);
        Tensor x = norms.get(0).forward(queries.add(seen));
        Tensor placed = x.add(places);
        Tensor y = norms.get(1).forward(x.add(self.forward(placed, placed, x, null)));
        return norms.get(2).forward(y.add(ffn.forward(y)));
    }
}
