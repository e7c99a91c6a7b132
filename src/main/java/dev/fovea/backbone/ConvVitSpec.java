package dev.fovea.backbone;

import java.util.List;

/**
 * The convolution-transformer pyramid of ConvMAE (Gao et al. 2022): two stages of convolution blocks, one of transformer
 * blocks.
 *
 * @param patchSizes down-sampling before each stage; 4, 2, 2 gives strides 4, 8, 16
 * @param kernelSize side of the depthwise convolution in stages 1 and 2
 * @param layerScale start of gamma_1 and gamma_2 in stage 3 when built for dense prediction; 0 = none
 * @param relativePosition a table of relative positions in every stage-3 block when built for dense prediction
 */
public record ConvVitSpec(
        Size imageSize,
        List<Integer> patchSizes,
        List<Integer> dims,
        List<Integer> depths,
        int heads,
        List<Double> mlpRatios,
        int kernelSize,
        double dropPath,
        double layerScale,
        boolean relativePosition)
        implements BackboneSpec {
    public ConvVitSpec {
        for (List<?> perStage : List.of(patchSizes, dims, depths, mlpRatios)) {
            Check.that(perStage.size() == 3, "%s does not hold one value for each of 3 stages", perStage);
        }
        patchSizes = List.copyOf(patchSizes);
        dims = List.copyOf(dims);
        depths = List.copyOf(depths);
        mlpRatios = List.copyOf(mlpRatios);
        int stride = patchSizes.get(0) * patchSizes.get(1) * patchSizes.get(2);
        Check.that(
                imageSize.isDivisibleBy(stride), "imageSize %s is not divisible by the stride %d", imageSize, stride);
        Check.that(dims.get(2) % heads == 0, "dims[2] %d is not divisible by heads %d", dims.get(2), heads);
        Check.that(kernelSize % 2 == 1, "kernelSize %d is not odd", kernelSize);
        Check.that(dropPath >= 0 && dropPath < 1, "dropPath %s is not in [0, 1)", dropPath);
    }

    @Override
    public ConvVit build(Use use) {
        return new ConvVit(this, use);
    }

    @Override
    public int tokenStride() {
        return stride(3);
    }

    @Override
    public int dim() {
        return dims.get(2);
    }

    @Override
    public String denseOnly() {
        return "fpn\\..*|blocks3\\.\\d+\\.(gamma_[12]|attn\\.relative_position_.*)";
    }

    /** Pixels per cell after stage 1, 2 or 3. */
    public int stride(int stage) {
        return patchSizes.stream().limit(stage).reduce(1, (a, b) -> a * b);
    }

    /** The grid of stage 3, whose cells are the units that are hidden or visible. */
    public Size grid() {
        return imageSize.dividedBy(stride(3));
    }

    /** Cells of a stage along one side of a unit: 4, 2, 1 for the published sizes. */
    public int cells(int stage) {
        return stride(3) / stride(stage);
    }

    @Override
    public ConvVitSpec withImageSize(Size size) {
        return new ConvVitSpec(
                size, patchSizes, dims, depths, heads, mlpRatios, kernelSize, dropPath, layerScale, relativePosition);
    }

    @Override
    public ConvVitSpec withDropPath(double rate) {
        return new ConvVitSpec(
                imageSize, patchSizes, dims, depths, heads, mlpRatios, kernelSize, rate, layerScale, relativePosition);
    }
}
