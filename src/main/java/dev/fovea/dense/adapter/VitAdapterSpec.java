package dev.fovea.dense.adapter;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.Check;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.weights.RelativePositionResize;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A plain vision transformer with an adapter.
 *
 * @param vit the plain network: a {@link VitSpec} or a {@link BeitSpec}; its rate of stochastic depth is the extractors' too
 * @param pretrainSize image side that absolute positions are kept for, resized in every forward pass; 0 = vit.imageSize
 * @param windows side of the attention windows of each block, 0 = global; empty = all global
 * @param interactions blocks between one injector and its extractor; empty = four equal groups
 * @param stemDim channels of the spatial prior's first stage
 * @param gammaStart of the injectors
 * @param ffnRatio hidden width of the extractors' feed-forward part, as a share of the width; 0 = none
 * @param extraExtractors behind the last interaction
 */
public record VitAdapterSpec(
        BackboneSpec vit,
        int pretrainSize,
        List<Integer> windows,
        List<Integer> interactions,
        int stemDim,
        Interaction.Parts parts,
        AttentionSpec attention,
        double gammaStart,
        double ffnRatio,
        int extraExtractors,
        VitFeature vitFeature)
        implements BackboneSpec {
    private static final int GROUPS = 4;
    private static final int COARSE_PATCH = 16;

    /** Which tokens are added to the maps at the end, resized to each. */
    public enum VitFeature {
        NONE,
        /** Those behind the last block, to all maps (the detection code). */
        LAST,
        /** Those behind interaction i to map i (the segmentation code); needs four interactions. */
        EACH
    }

    public VitAdapterSpec {
        checkNetwork(vit, pretrainSize);
        int depth = depth(vit);
        Check.that(
                windows.isEmpty() || windows.size() == depth,
                "windows %s are not one for each of vit.depth %d blocks",
                windows,
                depth);
        Check.that(windows.stream().allMatch(side -> side >= 0), "windows %s have sides below 0", windows);
        if (vit instanceof BeitSpec beit) {
            checkBeit(beit, windows);
        }
        interactions = groups(interactions, depth);
        checkParts(parts, vitFeature, interactions.size());
        Check.that(stemDim >= 1, "stemDim %d is below 1", stemDim);
        Check.that(
                ffnRatio == 0 || vit.dim() * ffnRatio >= 1,
                "ffnRatio %s leaves no channel of %d: 0 is none, and %s is the least",
                ffnRatio,
                vit.dim(),
                1.0 / vit.dim());
        int values = (int) (vit.dim() * attention.ratio());
        Check.that(
                values > 0 && values % attention.heads() == 0,
                "attention.heads %d do not divide the values, %d wide: attention.ratio %s of %d",
                attention.heads(),
                values,
                attention.ratio(),
                vit.dim());
        Check.that(extraExtractors >= 0, "extraExtractors %d is below 0", extraExtractors);
        windows = List.copyOf(windows);
    }

    private static void checkNetwork(BackboneSpec vit, int pretrainSize) {
        Check.that(
                vit instanceof VitSpec || vit instanceof BeitSpec,
                "vit %s is neither a plain vit nor a beit",
                vit.getClass().getSimpleName());
        Check.that(
                !(vit instanceof VitSpec plain) || !plain.relativePosition(),
                "vit.relativePosition: a plain vit has no relative positions under an adapter");
        DenseForm form = vit instanceof BeitSpec beit ? beit.dense() : ((VitSpec) vit).dense();
        Check.that(form.equals(DenseForm.PLAIN), "vit.dense: under an adapter, windows and maps are the adapter's own");
        Check.that(
                vit.tokenStride() == COARSE_PATCH || vit.tokenStride() == COARSE_PATCH / 2,
                "vit.patchSize %d is neither 16 nor 8",
                vit.tokenStride());
        Check.that(
                pretrainSize >= 0 && pretrainSize % vit.tokenStride() == 0,
                "pretrainSize %d is not divisible by vit.patchSize %d",
                pretrainSize,
                vit.tokenStride());
    }

    private static List<Integer> groups(List<Integer> interactions, int depth) {
        if (interactions.isEmpty()) {
            Check.that(
                    depth % GROUPS == 0,
                    "interactions must be given: vit.depth %d is not divisible into four equal groups",
                    depth);
            return Collections.nCopies(GROUPS, depth / GROUPS);
        }
        Check.that(
                interactions.stream().allMatch(blocks -> blocks >= 1)
                        && interactions.stream().mapToInt(blocks -> blocks).sum() == depth,
                "interactions %s do not add up to vit.depth %d",
                interactions,
                depth);
        return List.copyOf(interactions);
    }

    private static void checkParts(Interaction.Parts parts, VitFeature vitFeature, int groups) {
        Check.that(
                parts.spatialPrior() || !parts.injector() && !parts.extractor(),
                "parts.injector and parts.extractor work on the spatial prior: parts.spatialPrior is false");
        Check.that(
                parts.spatialPrior() || vitFeature != VitFeature.NONE,
                "vitFeature none leaves nothing: parts.spatialPrior is false");
        Check.that(
                vitFeature != VitFeature.EACH || groups == GROUPS,
                "vitFeature each needs four interactions, not %d",
                groups);
    }

    private static void checkBeit(BeitSpec beit, List<Integer> windows) {
        Check.that(
                beit.relativePosition() == BeitSpec.RelativeBias.BLOCK
                        || beit.relativePosition() == BeitSpec.RelativeBias.NONE,
                "vit.relativePosition %s: under an adapter, relative positions are each block's own",
                beit.relativePosition());
        Check.that(
                !windows.contains(0),
                "windows %s: a beit has relative positions in each block's window; give the grid's side for global",
                windows);
    }

    private static int depth(BackboneSpec vit) {
        return vit instanceof BeitSpec beit ? beit.depth() : ((VitSpec) vit).depth();
    }

    int depth() {
        return depth(vit);
    }

    double dropPath() {
        return vit instanceof BeitSpec beit ? beit.dropPath() : ((VitSpec) vit).dropPath();
    }

    /** The interactions, the last with the extra extractors; none where nothing goes to and fro. */
    List<Interaction.Spec> interactionSpecs() {
        int count = parts.injector() || parts.extractor() ? interactions.size() : 0;
        return IntStream.range(0, count)
                .mapToObj(i -> new Interaction.Spec(
                        vit.dim(),
                        attention,
                        parts,
                        gammaStart,
                        ffnRatio,
                        dropPath(),
                        i == interactions.size() - 1 ? extraExtractors : 0))
                .toList();
    }

    @Override
    public VitAdapter build(Use use) {
        Check.that(
                use == Use.DENSE,
                "vit-adapter is for dense prediction alone, not for %s: use its plain vit there",
                use.name().toLowerCase(Locale.ROOT));
        return new VitAdapter(this);
    }

    @Override
    public Size imageSize() {
        return vit.imageSize();
    }

    @Override
    public int tokenStride() {
        return vit.tokenStride();
    }

    @Override
    public int dim() {
        return vit.dim();
    }

    /** The grid of tokens that absolute positions are kept for. */
    Size storedGrid() {
        Size size = pretrainSize == 0 ? vit.imageSize() : Size.square(pretrainSize);
        return size.dividedBy(vit.tokenStride());
    }

    @Override
    public VitAdapterSpec withImageSize(Size size) {
        return with(vit.withImageSize(size));
    }

    @Override
    public VitAdapterSpec withDropPath(double rate) {
        return with(vit.withDropPath(rate));
    }

    private VitAdapterSpec with(BackboneSpec network) {
        return new VitAdapterSpec(
                network,
                pretrainSize,
                windows,
                interactions,
                stemDim,
                parts,
                attention,
                gammaStart,
                ffnRatio,
                extraExtractors,
                vitFeature);
    }

    /**
     * Class tokens that take no part are left in their files. Layer scales that a file of a plain vit lacks start anew; those
     * that it has are not left out, and a beit's are always in its file.
     */
    @Override
    public String denseOnly() {
        String adapter = "(spm|interactions|up|norm[1-4]|pyramid)\\..*|level_embed";
        if (vit instanceof VitSpec plain) {
            return adapter + "|cls_token" + (plain.layerScale() == 0 ? "" : "|blocks\\.\\d+\\.gamma_[12]");
        }
        return windows.isEmpty() ? adapter : adapter + "|cls_token";
    }

    @Override
    public String addedLater() {
        return vit.addedLater();
    }

    @Override
    public RelativePositionResize.Way tableResize() {
        return windows.isEmpty() ? vit.tableResize() : RelativePositionResize.Way.WINDOWS;
    }
}
