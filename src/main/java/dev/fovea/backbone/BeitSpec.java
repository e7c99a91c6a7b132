package dev.fovea.backbone;

import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.KeyFreeQkv;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import dev.fovea.weights.RelativePositionResize;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The vision transformer of BEiT and BEiT v2.
 *
 * @param layerScale start of the two learned channel scales of each block; 0 = none
 * @param absolutePosition a learned table of absolute positions
 * @param form what all published networks have in common
 * @param taps blocks (counted from 0) whose outputs feed the pyramid, fine to coarse; empty = four equal steps
 * @param normEps of all norms
 * @param dense with windows, as under ViT-Adapter's detectors, there is no class token and tables are those of the windows
 */
public record BeitSpec(
        Size imageSize,
        int patchSize,
        int dim,
        int depth,
        int heads,
        double mlpRatio,
        double dropPath,
        double layerScale,
        RelativeBias relativePosition,
        boolean absolutePosition,
        Form form,
        List<Integer> taps,
        double normEps,
        DenseForm dense)
        implements BackboneSpec {
    public BeitSpec {
        Check.patches(imageSize, patchSize);
        if (form.headDim == 0) {
            Check.heads("dim", dim, heads);
        }
        Check.that(dim >= 1 && heads >= 1, "dim %d and heads %d are not both above 0", dim, heads);
        Check.mlpRatio(mlpRatio);
        Check.that(depth >= 1, "depth %d is below 1", depth);
        Check.that(dropPath >= 0 && dropPath < 1, "dropPath %s is not in [0, 1)", dropPath);
        Check.that(layerScale >= 0, "layerScale %s is below 0", layerScale);
        Check.that(normEps > 0, "normEps %s is not above 0", normEps);
        Check.that(
                dense.tables() == RelativeTables.BLOCK,
                "dense.tables %s: relativePosition says where a beit keeps its tables",
                dense.tables());
        DenseForm.checkPlain(dense, depth);
        taps = Taps.of(taps, depth);
    }

    /** With norms of eps 1e-6 and the released form for segmentation. */
    public BeitSpec(
            Size imageSize,
            int patchSize,
            int dim,
            int depth,
            int heads,
            double mlpRatio,
            double dropPath,
            double layerScale,
            RelativeBias relativePosition,
            boolean absolutePosition,
            Form form,
            List<Integer> taps) {
        this(
                imageSize,
                patchSize,
                dim,
                depth,
                heads,
                mlpRatio,
                dropPath,
                layerScale,
                relativePosition,
                absolutePosition,
                form,
                taps,
                USUAL_EPS,
                DenseForm.PLAIN);
    }

    /**
     * @param channels of the images
     * @param qkvBias biases of queries and values
     * @param headDim width of an attention head; 0 = dim / heads
     * @param qkScale factor of the attention logits; 0 = 1 / sqrt(width of a head)
     */
    public record Form(int channels, boolean qkvBias, int headDim, double qkScale) {
        public static final Form PUBLISHED = new Form(3, true, 0, 0);

        public Form {
            Check.that(channels >= 1, "channels %d is below 1", channels);
            Check.that(headDim >= 0, "headDim %d is below 0", headDim);
            Check.that(qkScale >= 0, "qkScale %s is below 0", qkScale);
        }
    }

    /** Where the bias of relative positions comes from. */
    public enum RelativeBias {
        NONE,
        /** One table for all blocks, as in pre-training. */
        SHARED,
        /** A table in each block, as in fine-tuning. */
        BLOCK,
        /** A table in each block, added to one for all. */
        BOTH;

        boolean isShared() {
            return this == SHARED || this == BOTH;
        }

        boolean isOfBlocks() {
            return this == BLOCK || this == BOTH;
        }

        /** The same place inside and outside of windows. */
        RelativeTables tables() {
            return this == NONE ? null : RelativeTables.valueOf(name());
        }
    }

    @Override
    public Beit build(Use use) {
        return new Beit(this, use);
    }

    @Override
    public int tokenStride() {
        return patchSize;
    }

    public Size grid() {
        return imageSize.dividedBy(patchSize);
    }

    /**
     * A fresh block, with PyTorch's start.
     *
     * @param table of relative positions of its own; null = none
     */
    public Block block(double rate, Tensor table) {
        return block(rate, normEps, table);
    }

    Block block(double rate, double eps, Tensor table) {
        Attention.Spec attention = attention();
        int inner = attention.heads() * attention.headDim();
        Layer qkv = form.qkvBias ? new KeyFreeQkv(dim, inner) : new Linear(dim, 3 * inner, false);
        Block.Spec settings = new Block.Spec(dim, heads, mlpRatio, rate, eps, layerScale, null);
        return new Block(settings, new Attention(attention, qkv, table), new Mlp(dim, (int) (dim * mlpRatio)));
    }

    private Attention.Spec attention() {
        int width = form.headDim == 0 ? dim / heads : form.headDim;
        return new Attention.Spec(dim, heads, width, form.qkScale == 0 ? 1 / Math.sqrt(width) : form.qkScale);
    }

    @Override
    public BeitSpec withImageSize(Size size) {
        return with(size, dropPath, relativePosition, normEps, dense);
    }

    @Override
    public BeitSpec withDropPath(double rate) {
        return with(imageSize, rate, relativePosition, normEps, dense);
    }

    /** The same network with its relative positions elsewhere. */
    public BeitSpec withRelativePosition(RelativeBias place) {
        return with(imageSize, dropPath, place, normEps, dense);
    }

    public BeitSpec withNormEps(double eps) {
        return with(imageSize, dropPath, relativePosition, eps, dense);
    }

    /** The same network with another form for dense prediction. */
    public BeitSpec withDense(DenseForm other) {
        return with(imageSize, dropPath, relativePosition, normEps, other);
    }

    /** A class token takes no part in windows. */
    @Override
    public String denseOnly() {
        return dense.windows().isUsed()
                ? "(pyramid|(windowed_|global_)rel_pos_bias)\\..*|cls_token"
                : BackboneSpec.super.denseOnly();
    }

    @Override
    public RelativePositionResize.Way tableResize() {
        return dense.windows().isUsed() ? RelativePositionResize.Way.WINDOWS : BackboneSpec.super.tableResize();
    }

    private BeitSpec with(Size size, double rate, RelativeBias place, double eps, DenseForm other) {
        return new BeitSpec(
                size,
                patchSize,
                dim,
                depth,
                heads,
                mlpRatio,
                rate,
                layerScale,
                place,
                absolutePosition,
                form,
                taps,
                eps,
                other);
    }
}
