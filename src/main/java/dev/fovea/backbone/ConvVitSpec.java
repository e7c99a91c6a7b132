package dev.fovea.backbone;

import java.util.List;

/**
 * The convolution-transformer pyramid of ConvMAE (Gao et al. 2022): two stages of convolution blocks, one of transformer
 * blocks.
 *
 * @param patchSizes down-sampling before each stage; 4, 2, 2 gives strides 4, 8, 16
 * @param kernelSize side of the depthwise convolution in stages 1 and 2
 * @param layerScale start of gamma_1 and gamma_2 in stage 3 when built for dense prediction; 0 = none
 * @param relativePosition relative positions in stage 3 when built for dense prediction; {@code dense.tables} says where
 * @param qkvBias whether queries, keys and values have biases
 * @param absolutePosition whether stage 3 has absolute positions
 * @param normEps of the norms of stage 3
 * @param convNormEps of the norms of convolution blocks
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
        boolean relativePosition,
        boolean qkvBias,
        boolean absolutePosition,
        double normEps,
        double convNormEps,
        DenseForm dense)
        implements BackboneSpec {
    private static final double SEGMENT_EPS = 1e-5;

    /** As released for segmentation, whose norms have PyTorch's default. */
    public static final DenseForm SEGMENT = DenseForm.PLAIN.withNormEps(SEGMENT_EPS);

    public ConvVitSpec {
        for (List<?> perStage : List.of(patchSizes, dims, depths, mlpRatios)) {
            Check.that(perStage.size() == 3, "%s does not hold one value for each of 3 stages", perStage);
        }
        patchSizes = List.copyOf(patchSizes);
        dims = List.copyOf(dims);
        depths = List.copyOf(depths);
        mlpRatios = List.copyOf(mlpRatios);
        for (List<Integer> positive : List.of(patchSizes, dims, depths)) {
            Check.that(positive.stream().allMatch(value -> value >= 1), "%s are not all above 0", positive);
        }
        mlpRatios.forEach(Check::mlpRatio);
        int stride = patchSizes.get(0) * patchSizes.get(1) * patchSizes.get(2);
        Check.that(
                imageSize.isDivisibleBy(stride), "imageSize %s is not divisible by the stride %d", imageSize, stride);
        Check.heads("dims[2]", dims.get(2), heads);
        Check.that(kernelSize % 2 == 1, "kernelSize %d is not odd", kernelSize);
        Check.that(dropPath >= 0 && dropPath < 1, "dropPath %s is not in [0, 1)", dropPath);
        Check.that(normEps > 0, "normEps %s is not above 0", normEps);
        Check.that(convNormEps > 0, "convNormEps %s is not above 0", convNormEps);
        dense.windows().checkDepth(depths.get(2));
        Check.that(
                dense.isSimple() || dense.pyramid().levels() == 4,
                "dense.pyramid.levels %d: a convvit has four maps of its own",
                dense.pyramid().levels());
    }

    /** With all biases, absolute positions, and the released segmentation form. */
    public ConvVitSpec(
            Size imageSize,
            List<Integer> patchSizes,
            List<Integer> dims,
            List<Integer> depths,
            int heads,
            List<Double> mlpRatios,
            int kernelSize,
            double dropPath,
            double layerScale,
            boolean relativePosition) {
        this(
                imageSize,
                patchSizes,
                dims,
                depths,
                heads,
                mlpRatios,
                kernelSize,
                dropPath,
                layerScale,
                relativePosition,
                true,
                true,
                1e-6,
                1e-5,
                SEGMENT);
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
        return "(fpn|pyramid|(windowed_|global_)?rel_pos_bias)\\..*"
                + "|blocks3\\.\\d+\\.(gamma_[12]|attn\\.(relative_position_.*|rel_pos_[hw]))";
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
        return with(size, dropPath, dense);
    }

    @Override
    public ConvVitSpec withDropPath(double rate) {
        return with(imageSize, rate, dense);
    }

    /** The same network with another form for dense prediction. */
    public ConvVitSpec withDense(DenseForm form) {
        return with(imageSize, dropPath, form);
    }

    private ConvVitSpec with(Size size, double rate, DenseForm form) {
        return new ConvVitSpec(
                size,
                patchSizes,
                dims,
                depths,
                heads,
                mlpRatios,
                kernelSize,
                rate,
                layerScale,
                relativePosition,
                qkvBias,
                absolutePosition,
                normEps,
                convNormEps,
                form);
    }
}
