package dev.fovea.backbone;

import dev.fovea.nn.Gelu;
import java.util.List;

/**
 * A plain vision transformer.
 *
 * @param taps blocks (counted from 0) whose outputs feed the pyramid, fine to coarse; empty = four equal steps
 * @param gelu how the activation is computed; weights of Flax models need {@code TANH}
 * @param qkvBias whether queries, keys and values have biases
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
        boolean qkvBias)
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
        taps = Taps.of(taps, depth);
    }

    /** With the exact activation, and all biases. */
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
        this(imageSize, patchSize, dim, depth, heads, mlpRatio, dropPath, classToken, posEmbed, taps, Gelu.EXACT, true);
    }

    @Override
    public VisionTransformer build(Use use) {
        return new VisionTransformer(this, use);
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
        return new VitSpec(
                size, patchSize, dim, depth, heads, mlpRatio, dropPath, classToken, posEmbed, taps, gelu, qkvBias);
    }

    @Override
    public VitSpec withDropPath(double rate) {
        return new VitSpec(
                imageSize, patchSize, dim, depth, heads, mlpRatio, rate, classToken, posEmbed, taps, gelu, qkvBias);
    }

    public VitSpec withoutQkvBias() {
        return new VitSpec(
                imageSize, patchSize, dim, depth, heads, mlpRatio, dropPath, classToken, posEmbed, taps, gelu, false);
    }
}
