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
        double layerScale)
        implements BackboneSpec {
    public VitSpec {
        Check.that(
                imageSize.isDivisibleBy(patchSize),
                "imageSize %s is not divisible by patchSize %d",
                imageSize,
                patchSize);
        Check.that(dim % heads == 0, "dim %d is not divisible by heads %d", dim, heads);
        Check.that(depth >= 1, "depth %d is below 1", depth);
        Check.that(dropPath >= 0 && dropPath < 1, "dropPath %s is not in [0, 1)", dropPath);
        Check.that(layerScale >= 0, "layerScale %s is below 0", layerScale);
        taps = Taps.of(taps, depth);
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

    /** Fresh blocks, with PyTorch's start. */
    public List<Block> blocks() {
        double[] rates = DropPath.schedule(dropPath, depth);
        List<Block> blocks = new ArrayList<>();
        for (double rate : rates) {
            Block.Spec block =
                    Block.Spec.plain(dim, heads, mlpRatio).withDropPath(rate).withLayerScale(layerScale);
            Attention attention = new Attention(dim, heads, new Linear(dim, 3 * dim, qkvBias), null);
            blocks.add(new Block(block, attention, new Mlp(dim, (int) (dim * mlpRatio), gelu)));
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
        return with(size, dropPath, qkvBias, layerScale);
    }

    @Override
    public VitSpec withDropPath(double rate) {
        return with(imageSize, rate, qkvBias, layerScale);
    }

    public VitSpec withoutQkvBias() {
        return with(imageSize, dropPath, false, layerScale);
    }

    public VitSpec withLayerScale(double start) {
        return with(imageSize, dropPath, qkvBias, start);
    }

    private VitSpec with(Size size, double rate, boolean biases, double scale) {
        return new VitSpec(
                size, patchSize, dim, depth, heads, mlpRatio, rate, classToken, posEmbed, taps, gelu, biases, scale);
    }
}
