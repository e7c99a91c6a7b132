package dev.fovea.backbone;

import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Gelu;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import java.util.ArrayList;
import java.util.List;

/**
 * A plain vision transformer.
 *
 * @param taps blocks (counted from 0) whose outputs feed the pyramid, fine to coarse; empty = four equal steps
 * @param gelu how the activation is computed; weights of Flax models need {@code TANH}
 * @param qkvBias whether queries, keys and values have biases
 * @param layerScale start of the two learned channel scales of each block; 0 = none
 * @param normEps of all norms
 * @param relativePosition relative positions when built for dense prediction; {@code dense.tables} says where
 * @param dense with windows (ViTDet, Li et al. 2022) the class token takes no part
 */
public record VitSpec(
        Size imageSize,
        int patchSize,
        int dim,
        int depth,
        int heads,
        double mlpRatio,
        double dropPath,
        boolean classToken,
        PosEmbed posEmbed,
        List<Integer> taps,
        Gelu gelu,
        boolean qkvBias,
        double layerScale,
        double normEps,
        boolean relativePosition,
        DenseForm dense)
        implements BackboneSpec {
    public VitSpec {
        Check.patches(imageSize, patchSize);
        Check.heads("dim", dim, heads);
        Check.mlpRatio(mlpRatio);
        Check.that(depth >= 1, "depth %d is below 1", depth);
        Check.that(dropPath >= 0 && dropPath < 1, "dropPath %s is not in [0, 1)", dropPath);
        Check.that(layerScale >= 0, "layerScale %s is below 0", layerScale);
        Check.that(normEps > 0, "normEps %s is not above 0", normEps);
        Check.that(posEmbed != PosEmbed.NONE, "posEmbed none: a plain vit knows no other places");
        Check.that(
                !relativePosition || !classToken || dense.windows().isUsed(),
                "relativePosition: a class token has no place; take it out (classToken: false) or give dense.windows");
        DenseForm.checkPlain(dense, depth);
        taps = Taps.of(taps, depth);
    }

    /** With norms of eps 1e-6, and dense prediction on the maps of four blocks. */
    public VitSpec(
            Size imageSize,
            int patchSize,
            int dim,
            int depth,
            int heads,
            double mlpRatio,
            double dropPath,
            boolean classToken,
            PosEmbed posEmbed,
            List<Integer> taps,
            Gelu gelu,
            boolean qkvBias,
            double layerScale) {
        this(
                imageSize,
                patchSize,
                dim,
                depth,
                heads,
                mlpRatio,
                dropPath,
                classToken,
                posEmbed,
                taps,
                gelu,
                qkvBias,
                layerScale,
                USUAL_EPS,
                false,
                DenseForm.PLAIN);
    }

    /** With the exact activation, all biases, and no layer scale. */
    public VitSpec(
            Size imageSize,
            int patchSize,
            int dim,
            int depth,
            int heads,
            double mlpRatio,
            double dropPath,
            boolean classToken,
            PosEmbed posEmbed,
            List<Integer> taps) {
        this(
                imageSize,
                patchSize,
                dim,
                depth,
                heads,
                mlpRatio,
                dropPath,
                classToken,
                posEmbed,
                taps,
                Gelu.EXACT,
                true,
                0);
    }

    @Override
    public VisionTransformer build(Use use) {
        return new VisionTransformer(this, use);
    }

    /** What training for dense prediction adds, and what it leaves alone. */
    @Override
    public String denseOnly() {
        String added = "(pyramid|(windowed_|global_)?rel_pos_bias)\\..*"
                + "|blocks\\.\\d+\\.attn\\.(relative_position_bias_table|rel_pos_[hw])";
        return dense.windows().isUsed() ? added + "|cls_token" : added;
    }

    /** Fresh blocks that attend globally and know no relative positions, with PyTorch's start. */
    public List<Block> blocks() {
        return blocks(new StageAttention(WindowSpec.NONE, null, grid(), heads), normEps);
    }

    List<Block> blocks(StageAttention attention, double eps) {
        double[] rates = DropPath.schedule(dropPath, depth);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < rates.length; i++) {
            Block.Spec block = new Block.Spec(dim, heads, mlpRatio, rates[i], eps, layerScale, null);
            Linear qkv = new Linear(dim, 3 * dim, qkvBias);
            Attention own = attention.attention(i, Attention.Spec.plain(dim, heads), qkv);
            blocks.add(new Block(block, own, new Mlp(dim, (int) (dim * mlpRatio), gelu)));
        }
        return blocks;
    }

    @Override
    public int tokenStride() {
        return patchSize;
    }

    public Size grid() {
        return imageSize.dividedBy(patchSize);
    }

    @Override
    public VitSpec withImageSize(Size size) {
        return with(size, dropPath, qkvBias, layerScale, normEps, relativePosition, dense);
    }

    @Override
    public VitSpec withDropPath(double rate) {
        return with(imageSize, rate, qkvBias, layerScale, normEps, relativePosition, dense);
    }

    public VitSpec withoutQkvBias() {
        return with(imageSize, dropPath, false, layerScale, normEps, relativePosition, dense);
    }

    public VitSpec withLayerScale(double start) {
        return with(imageSize, dropPath, qkvBias, start, normEps, relativePosition, dense);
    }

    public VitSpec withNormEps(double eps) {
        return with(imageSize, dropPath, qkvBias, layerScale, eps, relativePosition, dense);
    }

    /** The same network with another form for dense prediction, and relative positions in it or none. */
    public VitSpec withDense(DenseForm form, boolean relative) {
        return with(imageSize, dropPath, qkvBias, layerScale, normEps, relative, form);
    }

    private VitSpec with(
            Size size, double rate, boolean biases, double scale, double eps, boolean relative, DenseForm form) {
        return new VitSpec(
                size,
                patchSize,
                dim,
                depth,
                heads,
                mlpRatio,
                rate,
                classToken,
                posEmbed,
                taps,
                gelu,
                biases,
                scale,
                eps,
                relative,
                form);
    }
}
