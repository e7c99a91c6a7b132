package dev.fovea.backbone;

import dev.fovea.weights.RelativePositionResize;
import java.util.List;
import java.util.Optional;

/**
 * HiViT and what iTPN makes of it (Zhang et al. 2023; Tian et al. 2023): two stages of channel MLPs, one of attention.
 *
 * @param patchSize pixels of a stage-3 token; stages 1 and 2 have cells of a quarter and half of it
 * @param dim width of the last stage; every stage below has half of the next
 * @param depths channel-MLP blocks of stages 1 and 2, attention blocks of stage 3; a fourth number adds a stage of half
 *     the resolution and twice the width (the supervised form), which cannot be trained on visible units alone
 * @param stemMlpRatio of stages 1 and 2
 * @param layerScale start of gamma_1 and gamma_2; 0 = none
 * @param positionGrid side of the table of absolute positions, resized in every pass to another grid; 0 = the image's
 * @param relativePosition a table of relative positions in every attention block
 * @param neck pre-trained by {@code itpn} and used by dense heads; empty = the stages themselves
 * @param qkvBias whether queries, keys and values have biases
 * @param stemNorm whether the first convolution is normalised; that of the design fast never is
 * @param normEps of all norms
 */
public record HiVitSpec(
        Size imageSize,
        int patchSize,
        int dim,
        List<Integer> depths,
        int heads,
        double stemMlpRatio,
        double mlpRatio,
        double dropPath,
        double layerScale,
        PosEmbed posEmbed,
        int positionGrid,
        boolean relativePosition,
        HiVitDesign design,
        Optional<NeckSpec> neck,
        boolean qkvBias,
        boolean stemNorm,
        double normEps,
        DenseForm dense)
        implements BackboneSpec {
    private static final String TABLES =
            "blocks\\.\\d+\\.attn\\.(relative_position_bias_table|rel_pos_[hw])|(windowed_|global_)?rel_pos_bias\\..*";

    /** The released dense code leaves eps at PyTorch's default, that of every other stage does not. */
    public static final DenseForm SEGMENT = DenseForm.PLAIN.withNormEps(1e-5);

    public HiVitSpec {
        depths = List.copyOf(depths);
        Check.that(depths.size() == 3 || depths.size() == 4, "depths %s are not three or four numbers", depths);
        Check.that(depths.stream().allMatch(depth -> depth >= 1), "depths %s are not all above 0", depths);
        Check.that(patchSize >= 4 && patchSize % 4 == 0, "patchSize %d is not divisible by 4", patchSize);
        int stride = depths.size() == 4 ? 2 * patchSize : patchSize;
        Check.that(
                imageSize.isDivisibleBy(stride), "imageSize %s is not divisible by the stride %d", imageSize, stride);
        int stem = 1 << (depths.size() - 1);
        Check.that(dim >= 1 && dim % stem == 0, "dim %d is not divisible by %d", dim, stem);
        Check.that(heads >= 1, "heads %d is below 1", heads);
        Check.that(stemMlpRatio > 0, "stemMlpRatio %s is not above 0", stemMlpRatio);
        Check.mlpRatio(mlpRatio);
        Check.that(dim * 4 / stem % heads == 0, "dim %d gives stage 3 a width that heads %d do not divide", dim, heads);
        Check.that(dropPath >= 0 && dropPath < 1, "dropPath %s is not in [0, 1)", dropPath);
        Check.that(positionGrid >= 0, "positionGrid %d is below 0", positionGrid);
        Check.that(depths.size() == 3 || neck.isEmpty(), "neck stands on three stages, not on depths %s", depths);
        Check.that(
                design != HiVitDesign.FAST || qkvBias,
                "qkvBias %s does not go with design fast, which has biases",
                qkvBias);
        Check.that(normEps > 0, "normEps %s is not above 0", normEps);
        checkDense(depths, neck, dense);
    }

    private static void checkDense(List<Integer> depths, Optional<NeckSpec> neck, DenseForm dense) {
        dense.windows().checkDepth(depths.get(2));
        Check.that(dense.positionGrid() == 0, "dense.positionGrid: a hivit has positionGrid for every use");
        Check.that(
                dense.pyramid().form() != PyramidForm.Kind.DETECT || neck.isPresent(),
                "dense.pyramid.form detect: the maps are those of the neck, and there is none");
        Check.that(
                depths.size() == 3
                        || !dense.takesAnySize()
                                && dense.tables() == RelativeTables.BLOCK
                                && dense.pyramid().levels() == 4,
                "dense: depths %s have a fourth stage, for which there is the segmentation form alone",
                depths);
    }

    /** With biases, norms and positions as all published networks have them. */
    public HiVitSpec(
            Size imageSize,
            int patchSize,
            int dim,
            List<Integer> depths,
            int heads,
            double stemMlpRatio,
            double mlpRatio,
            double dropPath,
            double layerScale,
            PosEmbed posEmbed,
            int positionGrid,
            boolean relativePosition,
            HiVitDesign design,
            Optional<NeckSpec> neck) {
        this(
                imageSize,
                patchSize,
                dim,
                depths,
                heads,
                stemMlpRatio,
                mlpRatio,
                dropPath,
                layerScale,
                posEmbed,
                positionGrid,
                relativePosition,
                design,
                neck,
                true,
                true,
                USUAL_EPS,
                SEGMENT);
    }

    @Override
    public HiVit build(Use use) {
        return new HiVit(this, use);
    }

    /** The tables of relative positions of the released dense code start at zero; a neck is trained with the rest. */
    @Override
    public String denseOnly() {
        return "(neck|pyramid)\\..*|" + TABLES;
    }

    /** The pixel form of iTPN is pre-trained without relative positions and fine-tuned with them, from zero. */
    @Override
    public String addedLater() {
        return TABLES;
    }

    @Override
    public RelativePositionResize.Way tableResize() {
        return RelativePositionResize.Way.BICUBIC;
    }

    @Override
    public int tokenStride() {
        return hasFourthStage() ? 2 * patchSize : patchSize;
    }

    /** The grid of stage 3, whose cells are the units that are hidden or visible. */
    public Size grid() {
        return imageSize.dividedBy(patchSize);
    }

    /** The grid that absolute positions are kept for. */
    Size tableGrid() {
        return positionGrid == 0 ? grid() : Size.square(positionGrid);
    }

    boolean hasFourthStage() {
        return depths.size() == 4;
    }

    /** Channels of the stages, fine to coarse. */
    List<Integer> widths() {
        return hasFourthStage() ? List.of(dim / 8, dim / 4, dim / 2, dim) : List.of(dim / 4, dim / 2, dim);
    }

    @Override
    public HiVitSpec withImageSize(Size size) {
        return with(size, dropPath, positionGrid, dense);
    }

    @Override
    public HiVitSpec withDropPath(double rate) {
        return with(imageSize, rate, positionGrid, dense);
    }

    /** The same network with another form for dense prediction. */
    public HiVitSpec withDense(DenseForm form) {
        return with(imageSize, dropPath, positionGrid, form);
    }

    /** The same network with absolute positions for a grid of this side. */
    public HiVitSpec withPositionGrid(int side) {
        return with(imageSize, dropPath, side, dense);
    }

    private HiVitSpec with(Size size, double rate, int side, DenseForm form) {
        return new HiVitSpec(
                size,
                patchSize,
                dim,
                depths,
                heads,
                stemMlpRatio,
                mlpRatio,
                rate,
                layerScale,
                posEmbed,
                side,
                relativePosition,
                design,
                neck,
                qkvBias,
                stemNorm,
                normEps,
                form);
    }
}
