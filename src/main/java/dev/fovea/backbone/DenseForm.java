package dev.fovea.backbone;

/**
 * What is special about a backbone when it is built for dense prediction.
 *
 * @param windows of the attention
 * @param tables where relative positions are kept, if the backbone has them
 * @param pyramid how maps are made
 * @param positionGrid side of the table of absolute positions, resized in every pass to the image's grid; 0 = the image's
 * @param trainPositions whether absolute positions are trained
 * @param normEps of the transformer's norms; 0 = as for every other use
 */
public record DenseForm(
        WindowSpec windows,
        RelativeTables tables,
        PyramidForm pyramid,
        int positionGrid,
        boolean trainPositions,
        double normEps) {
    /** Global attention, tables in blocks, and the maps of the released segmentation code. */
    public static final DenseForm PLAIN =
            new DenseForm(WindowSpec.NONE, RelativeTables.BLOCK, PyramidForm.SEGMENT, 0, true, 0);

    public DenseForm {
        Check.that(positionGrid >= 0, "positionGrid %d is below 0", positionGrid);
        Check.that(normEps >= 0, "normEps %s is below 0", normEps);
    }

    /** The rules of networks with one resolution inside. */
    static void checkPlain(DenseForm dense, int depth) {
        dense.windows.checkDepth(depth);
        Check.that(
                dense.pyramid.form() != PyramidForm.Kind.DETECT,
                "dense.pyramid.form detect: a plain network has no maps of its own for detectors; take simple");
        Check.that(
                dense.isSimple() || dense.pyramid.levels() == 4,
                "dense.pyramid.levels %d: the released segmentation form has four",
                dense.pyramid.levels());
    }

    public DenseForm withWindows(WindowSpec other) {
        return new DenseForm(other, tables, pyramid, positionGrid, trainPositions, normEps);
    }

    public DenseForm withTables(RelativeTables other) {
        return new DenseForm(windows, other, pyramid, positionGrid, trainPositions, normEps);
    }

    public DenseForm withPyramid(PyramidForm other) {
        return new DenseForm(windows, tables, other, positionGrid, trainPositions, normEps);
    }

    public DenseForm withPositionGrid(int side) {
        return new DenseForm(windows, tables, pyramid, side, trainPositions, normEps);
    }

    public DenseForm withFixedPositions() {
        return new DenseForm(windows, tables, pyramid, positionGrid, false, normEps);
    }

    public DenseForm withNormEps(double eps) {
        return new DenseForm(windows, tables, pyramid, positionGrid, trainPositions, eps);
    }

    /** Whether maps come from the last block alone. */
    boolean isSimple() {
        return pyramid.form() == PyramidForm.Kind.SIMPLE;
    }

    /** Whether images may have another size than the network was made for. */
    boolean takesAnySize() {
        return windows.isUsed()
                || pyramid.form() != PyramidForm.Kind.SEGMENT
                || tables == RelativeTables.DECOMPOSED
                || positionGrid > 0;
    }

    double epsOr(double otherwise) {
        return normEps == 0 ? otherwise : normEps;
    }

    /** The grid that absolute positions are kept for. */
    Size tableGrid(Size ofImage) {
        return positionGrid == 0 ? ofImage : Size.square(positionGrid);
    }
}
