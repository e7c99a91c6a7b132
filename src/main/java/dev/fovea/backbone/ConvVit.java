package dev.fovea.backbone;

import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Init;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.nn.Tap;
import dev.fovea.weights.PosEmbedResize;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;

/**
 * The ConvMAE backbone (Gao et al. 2022, section 3.1; Alpha-VL/ConvMAE models_convvit.py): {@code [B, 3, H, W] -> [B, N, D]}
 * at the stride of stage 3, and four maps for dense heads. There is no class token.
 */
public final class ConvVit extends Backbone implements MaskedEncoder, ViewEncoder, LevelEncoder {
    private final ConvVitSpec spec;
    private final boolean dense;
    private final Tensor posEmbed;
    private final ConvStages early;
    private final List<Block> blocks3;
    private final StageAttention attention;
    private final LayerNorm norm;
    private final CoarseMap fpn;
    private final SimplePyramid pyramid;

    ConvVit(ConvVitSpec spec, Use use) {
        this.spec = spec;
        this.dense = use == Use.DENSE;
        List<Integer> dims = spec.dims();
        posEmbed = spec.absolutePosition() ? positions(use) : null;
        double[] rates = DropPath.schedule(
                spec.dropPath(), spec.depths().stream().mapToInt(i -> i).sum());
        int stage2 = spec.depths().get(0), stage3 = stage2 + spec.depths().get(1);
        early = new ConvStages(
                spec,
                List.of(patchEmbed(1), patchEmbed(2), patchEmbed(3)),
                child("patch_embed4", new Linear(dims.get(2), dims.get(2))),
                List.of(
                        childList("blocks1", stage(0, i -> convBlock(0, rates[i]))),
                        childList("blocks2", stage(1, i -> convBlock(1, rates[stage2 + i])))));
        boolean relative = dense && spec.relativePosition();
        attention = new StageAttention(
                dense ? spec.dense().windows() : WindowSpec.NONE,
                relative ? spec.dense().tables() : null,
                spec.grid(),
                spec.heads());
        blocks3 = childList("blocks3", stage(2, i -> attentionBlock(i, rates[stage3 + i])));
        attention.sharedTables().forEach(this::child);
        norm = use.hasFinalNorm() ? child("norm", new LayerNorm(dims.get(2), spec.normEps())) : null;
        PyramidForm form = spec.dense().pyramid();
        fpn = dense && form.form() == PyramidForm.Kind.SEGMENT ? child("fpn", new CoarseMap(dims.get(2))) : null;
        pyramid = dense && spec.dense().isSimple()
                ? child("pyramid", new SimplePyramid(dims.get(2), form, spec.stride(3)))
                : null;
        (use == Use.PRETRAIN ? Init.Scheme.XAVIER : Init.Scheme.TRUNC_NORMAL).apply(this);
        if (use == Use.PRETRAIN) {
            Init.xavierUniform(early.lastConvolution().weight());
        }
    }

    /** What makes the cells of a stage. */
    private ConvPatchEmbed patchEmbed(int stage) {
        int from = stage == 1 ? 3 : spec.dims().get(stage - 2);
        int patch = spec.patchSizes().get(stage - 1);
        return child("patch_embed" + stage, new ConvPatchEmbed(from, spec.dims().get(stage - 1), patch));
    }

    private <L> List<L> stage(int stage, IntFunction<L> block) {
        List<L> blocks = new ArrayList<>();
        for (int i = 0; i < spec.depths().get(stage); i++) {
            blocks.add(block.apply(i));
        }
        return blocks;
    }

    private ConvBlock convBlock(int stage, double rate) {
        int dim = spec.dims().get(stage);
        return new ConvBlock(dim, spec.mlpRatios().get(stage), spec.kernelSize(), rate, spec.convNormEps());
    }

    private Tensor positions(Use use) {
        Size grid = tableGrid();
        int dim = spec.dims().get(2);
        if (use.trainsPositions() && (!dense || spec.dense().trainPositions())) {
            return parameter("pos_embed", SinCosPosEmbed.start(grid.height(), grid.width(), dim, false));
        }
        return frozenParameter("pos_embed", SinCosPosEmbed.table(grid.height(), grid.width(), dim, false));
    }

    private Size tableGrid() {
        return dense ? spec.dense().tableGrid(spec.grid()) : spec.grid();
    }

    /** The released segmentation code uses eps 1e-5, layer scale and relative positions; pre-training 1e-6 and neither. */
    private Block attentionBlock(int index, double rate) {
        int dim = spec.dims().get(2);
        double mlpRatio = spec.mlpRatios().get(2);
        Block.Spec block = new Block.Spec(
                dim,
                spec.heads(),
                mlpRatio,
                rate,
                dense ? spec.dense().epsOr(spec.normEps()) : spec.normEps(),
                dense ? spec.layerScale() : 0,
                null);
        Linear qkv = new Linear(dim, 3 * dim, spec.qkvBias());
        Attention own = attention.indexedAttention(index, Attention.Spec.plain(dim, spec.heads()), qkv);
        return new Block(block, own, new Mlp(dim, (int) (dim * mlpRatio)));
    }

    /**
     * The three stages before any norm.
     *
     * @param stage1 {@code [B, U, s1 s1, C1]}, U = M when only visible units are computed, else N
     * @param stage2 {@code [B, U, s2 s2, C2]}
     * @param stage3 {@code [B, M, D]}, or {@code [B, N, D]} without a mask
     */
    public record Stages(Tensor stage1, Tensor stage2, Tensor stage3) {}

    /** Computes the stages of what {@code seen} lets through. */
    public Stages stages(Tensor images, Visibility seen) {
        requireSize(images);
        Stages first = early.of(images, seen, new Units(spec.grid(), seen.visibleOnly() ? seen.mask() : null));
        return new Stages(first.stage1(), first.stage2(), transform(first.stage3(), seen));
    }

    /** All of an image of any size that is divisible into tokens, for dense prediction. */
    private Stages stages(Tensor images, Size grid) {
        Stages first = early.of(images, Visibility.everything(), new Units(grid, null));
        Tensor x = first.stage3();
        if (posEmbed != null) {
            Size own = tableGrid();
            x = x.add(PosEmbedResize.resize(posEmbed, 0, own.sides(), grid.sides())
                    .to(x.scalar_type()));
        }
        return new Stages(first.stage1(), first.stage2(), attend(Tap.mark("stage3_input", x), attention.on(grid)));
    }

    private Tensor transform(Tensor x, Visibility seen) {
        TokenMask mask = seen.mask();
        if (mask == null) {
            x = posEmbed == null ? x : x.add(posEmbed.to(x.scalar_type()));
        } else {
            x = seen.visibleOnly() ? x : mask.select(x);
            x = posEmbed == null ? x : x.add(mask.select(posEmbed).to(x.scalar_type()));
            Tap.mark("stage3_input_visible", x);
        }
        return attend(x, null);
    }

    /** @param pass over a whole map; null = of tokens that see no places */
    private Tensor attend(Tensor x, StageAttention.Pass pass) {
        for (int i = 0; i < blocks3.size(); i++) {
            Block block = blocks3.get(i);
            x = Tap.mark("blocks3." + i, pass == null ? block.forward(x) : pass.run(i, block, x));
        }
        return Tap.mark("stage3", x);
    }

    /** The convolution stages read the whole view; patches are chosen in front of stage 3. */
    @Override
    public Tensor encodeView(Tensor images, Patches patches) {
        Size size = new Size((int) images.size(2), (int) images.size(3));
        require(
                size.isDivisibleBy(tokenStride()),
                "a view of %s pixels is not divisible into patches of %d",
                size,
                tokenStride());
        Size grid = size.dividedBy(tokenStride());
        Tensor x = patches.select(
                early.of(images, Visibility.everything(), new Units(grid, null)).stage3()); // [B, n, D]
        if (patches.placed() && posEmbed != null) {
            x = x.add(patches.select(PositionGrid.resized(posEmbed, spec.grid(), grid))
                    .to(x.scalar_type()));
        }
        return normed(attend(x, null));
    }

    /** The final norm, where the backbone was built with one. */
    public Tensor normed(Tensor x) {
        return norm == null ? x : norm.forward(x);
    }

    @Override
    public Tensor tokens(Tensor images) {
        if (dense) {
            Tensor fitted = fitted(images, spec.dense());
            return normed(stages(fitted, gridOf(fitted)).stage3());
        }
        return normed(stages(images, Visibility.everything()).stage3());
    }

    @Override
    public Tensor encodeVisible(Tensor images, TokenMask mask) {
        return normed(stages(images, Visibility.units(mask)).stage3());
    }

    @Override
    public UnitLevels levels(Tensor images, TokenMask mask) {
        Stages stages = stages(images, mask == null ? Visibility.everything() : Visibility.units(mask));
        Tensor top = normed(stages.stage3()).unsqueeze(2);
        return new UnitLevels(List.of(stages.stage1(), stages.stage2(), top), CellOrder.ROWS);
    }

    @Override
    public List<Integer> levelWidths() {
        return spec.dims();
    }

    @Override
    public List<Integer> levelCells() {
        return List.of(spec.cells(1), spec.cells(2), 1);
    }

    @Override
    public Pyramid pyramid(Tensor images) {
        require(dense, "this ConvVit was not built for dense prediction");
        Tensor fitted = fitted(images, spec.dense());
        Size grid = gridOf(fitted);
        Stages stages = stages(fitted, grid);
        Units all = new Units(grid, null);
        Tensor map3 = all.toMap(stages.stage3().unsqueeze(2), 1);
        if (pyramid != null) {
            return pyramid.maps(Tap.mark("last_map", map3));
        }
        return new Pyramid(
                List.of(
                        all.toMap(stages.stage1(), spec.cells(1)),
                        all.toMap(stages.stage2(), spec.cells(2)),
                        map3,
                        fpn == null ? Pooled.largest(map3, 2) : fpn.forward(map3)),
                strides());
    }

    @Override
    public ConvVitSpec spec() {
        return spec;
    }

    @Override
    public int prefixTokens() {
        return 0;
    }

    @Override
    public List<Integer> widths() {
        return pyramid != null
                ? pyramid.widths()
                : List.of(spec.dims().get(0), spec.dims().get(1), dim(), dim());
    }

    @Override
    public List<Integer> strides() {
        return pyramid != null
                ? pyramid.strides()
                : List.of(spec.stride(1), spec.stride(2), spec.stride(3), 2 * spec.stride(3));
    }

    @Override
    public int layers() {
        return spec.depths().get(2);
    }

    /**
     * ConvMAE util/lr_decay.py: both convolution stages and all patch embeddings are layer 0. The authors' detector in
     * ViTDet's form leaves positions out of the layers (Official-ConvMAE-Det get_vit_lr_decay_rate).
     */
    @Override
    public int layerOf(String parameter) {
        if (parameter.startsWith("blocks3.")) {
            return Integer.parseInt(parameter.split("\\.")[1]) + 1;
        }
        boolean stem = parameter.equals("pos_embed") && pyramid == null
                || parameter.startsWith("patch_embed")
                || parameter.startsWith("blocks1.")
                || parameter.startsWith("blocks2.");
        return stem ? 0 : layers() + 1;
    }
}
