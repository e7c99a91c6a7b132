package dev.fovea.pretrain;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The MAE decoder (He et al. 2022, section 3; facebookresearch/mae models_mae.py forward_decoder): visible tokens and mask
 * tokens to pixels, {@code [B, T + M, D] -> [B, N, P P 3]} with T class tokens in front.
 */
public final class PixelDecoder extends Layer {
    /** Width, depth, heads and MLP ratio. */
    public record Spec(int dim, int depth, int heads, double mlpRatio) {
        public Spec {
            Check.heads("dim", dim, heads);
            Check.that(dim % 4 == 0, "dim %d is not divisible by 4: its positions are sines and cosines", dim);
            Check.that(depth >= 0, "depth %d is below 0", depth);
            Check.mlpRatio(mlpRatio);
        }
    }

    private final Linear embed;
    private final Tensor maskToken;
    private final Tensor posEmbed;
    private final List<Block> blocks;
    private final LayerNorm norm;
    private final Linear pred;
    private final int prefix;

    /**
     * @param encoder which gives the tokens
     * @param dim their width
     */
    public PixelDecoder(Spec spec, Backbone encoder, int dim) {
        this(spec, new Linear(dim, spec.dim()), encoder, encoder.prefixTokens());
    }

    /** A decoder of tokens that have its width already: {@link #decode} and {@link #pixels} are for it. */
    public static PixelDecoder ofEmbedded(Spec spec, Backbone encoder) {
        return new PixelDecoder(spec, null, encoder, 0);
    }

    private PixelDecoder(Spec spec, Linear embedding, Backbone encoder, int prefix) {
        int patch = encoder.tokenStride();
        Size grid = encoder.imageSize().dividedBy(patch);
        maskToken = parameter("mask_token", Tensors.zeros(1, 1, spec.dim()));
        posEmbed = frozenParameter(
                "pos_embed", SinCosPosEmbed.table(grid.height(), grid.width(), spec.dim(), prefix == 1));
        embed = embedding == null ? null : child("embed", embedding);
        List<Block> list = new ArrayList<>();
        for (int i = 0; i < spec.depth(); i++) {
            list.add(block(spec, encoder));
        }
        blocks = childList("blocks", list);
        norm = child("norm", new LayerNorm(spec.dim(), encoder.normEps()));
        pred = child("pred", new Linear(spec.dim(), patch * patch * 3));
        this.prefix = prefix;
        Init.Scheme.XAVIER.apply(this);
        Init.normal(maskToken, 0.02);
    }

    private static Block block(Spec spec, Backbone encoder) {
        Block.Spec block = new Block.Spec(spec.dim(), spec.heads(), spec.mlpRatio(), 0, encoder.normEps(), 0, null);
        Linear qkv = new Linear(spec.dim(), 3 * spec.dim(), encoder.decoderQkvBias());
        Attention attention = new Attention(spec.dim(), spec.heads(), qkv, null);
        return new Block(block, attention, new Mlp(spec.dim(), (int) (spec.dim() * spec.mlpRatio())));
    }

    /** Predicts every patch, visible ones included. */
    public Tensor forward(Tensor latent, TokenMask mask) {
        return pixels(decode(embed(latent), mask, 1));
    }

    /** Tokens at the decoder's width: {@code [B, T + M, D] -> [B, T + M, D']}. */
    public Tensor embed(Tensor latent) {
        return Tap.mark("decoder_embed", embed.forward(latent));
    }

    /**
     * What the decoder makes of every unit, after its norm: {@code [B, T + M, D'] -> [B, N, D']}.
     *
     * @param streams of which each visible token is a sum: a hidden unit starts as so many mask tokens
     */
    public Tensor decode(Tensor embedded, TokenMask mask, int streams) {
        Tensor hidden = streams == 1 ? maskToken : maskToken.mul(new Scalar(streams));
        Tensor patches = mask.fill(embedded.narrow(1, prefix, mask.visible()), hidden);
        Tensor x = prefix == 0 ? patches : Tensors.cat(1, embedded.narrow(1, 0, prefix), patches);
        x = Tap.mark("decoder_input_with_pos", x.add(posEmbed.to(x.scalar_type())));
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("decoder.blocks." + i, blocks.get(i).forward(x));
        }
        return Tap.mark("decoder_norm", norm.forward(x)).narrow(1, prefix, mask.units());
    }

    /** {@code [.., D'] -> [.., P P 3]}. */
    public Tensor pixels(Tensor decoded) {
        return Tap.mark("pred", pred.forward(decoded));
    }
}
