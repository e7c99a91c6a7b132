package dev.fovea.backbone;

import dev.fovea.nn.Block;
import dev.fovea.nn.Init;
import dev.fovea.nn.RelativePositionBias;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.nn.Tap;
import dev.fovea.optim.LayerDecay;
import dev.fovea.weights.PosEmbedResize;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * HiViT and iTPN's backbone (zhangxiaosong18/hivit models_hivit.py; sunsmarterjie/iTPN models_itpn.py): {@code [B, 3, H, W]
 * -> [B, N, D]}, and four maps for dense heads. Cells meet in attention only, so hidden units need not be computed. There
 * is no class token, and no norm behind the last block: whoever pools or decodes brings one.
 */
public final class HiVit extends Backbone implements MaskedEncoder, IntegralEncoder, ViewEncoder {
    private final HiVitSpec spec;
    private final Tensor posEmbed;
    private final CellEmbed patchEmbed;
    private final HiVitStages stages;
    private final FeaturePyramid neck;
    private final HiVitMaps maps;
    private final StageAttention attention;
    private final boolean dense;
    private final Tensor offsets3;
    private final Tensor offsets4;

    HiVit(HiVitSpec spec, Use use) {
        this.spec = spec;
        boolean masked = use == Use.PRETRAIN || use == Use.PRETRAIN_PYRAMID;
        require(
                !(masked && spec.hasFourthStage()),
                "depths %s have a fourth stage, which regroups units: it cannot be trained on visible units alone",
                spec.depths());
        dense = use == Use.DENSE;
        DenseForm form = dense ? spec.dense() : DenseForm.PLAIN;
        double eps = form.epsOr(spec.normEps());
        posEmbed = spec.posEmbed() == PosEmbed.NONE ? null : positions(form.trainPositions());
        RelativeTables tables = spec.relativePosition() ? form.tables() : null;
        attention = new StageAttention(form.windows(), tables, spec.grid(), spec.heads());
        patchEmbed = child(
                "patch_embed",
                new CellEmbed(
                        spec.widths().get(0),
                        spec.patchSize() / 4,
                        spec.stemNorm() && spec.design().hasStemNorm(),
                        eps));
        stages = child("blocks", new HiVitStages(spec, attention, eps));
        attention.sharedTables().forEach(this::child);
        boolean withNeck = spec.neck().isPresent() && (dense && !form.isSimple() || use == Use.PRETRAIN_PYRAMID);
        neck = withNeck ? child("neck", new FeaturePyramid(spec.neck().get(), spec.widths(), eps)) : null;
        maps = new HiVitMaps(spec, form.pyramid(), neck);
        maps.simple().ifPresent(simple -> child("pyramid", simple));
        offsets3 = attention.globalOffsets();
        offsets4 = spec.relativePosition() && spec.hasFourthStage()
                ? offsets(spec.grid().dividedBy(2))
                : null;
        Init.Scheme.TRUNC_NORMAL.apply(this);
    }

    private Tensor positions(boolean trained) {
        Size grid = spec.tableGrid();
        Tensor table =
                SinCosPosEmbed.table(grid.height(), grid.width(), spec.widths().get(2), false);
        if (spec.posEmbed() == PosEmbed.LEARNED) {
            Init.truncNormal(table, 0.02);
        }
        return trained ? parameter("pos_embed", table) : frozenParameter("pos_embed", table);
    }

    private static Tensor offsets(Size grid) {
        return RelativePositionBias.index(grid.height(), grid.width());
    }

    @Override
    public Tensor tokens(Tensor images) {
        if (dense && !spec.hasFourthStage()) {
            Tensor fitted = fitted(images, spec.dense());
            return stages(fitted, new NestedUnits(gridOf(fitted), null)).top();
        }
        Tensor x = stage3(stem(images, null), null);
        return spec.hasFourthStage() ? stages.coarsen(x, offsets4) : x;
    }

    @Override
    public Tensor encodeVisible(Tensor images, TokenMask mask) {
        return levels(images, mask).top();
    }

    @Override
    public UnitLevels levels(Tensor images, TokenMask mask) {
        Stem stem = stem(images, mask);
        return new UnitLevels(
                List.of(stem.stage1(), stem.stage2(), stage3(stem, mask).unsqueeze(2)), CellOrder.NESTED);
    }

    /** Stages 1 and 2 are computed for the chosen patches alone: nothing meets in them. */
    @Override
    public Tensor encodeView(Tensor images, Patches patches) {
        require(!spec.hasFourthStage(), "a HiVit of four stages %s regroups units and reads no views", spec.depths());
        Size grid = new Size((int) images.size(2), (int) images.size(3)).dividedBy(spec.patchSize());
        Tensor cells = new NestedUnits(grid, null).cut(images, spec.patchSize() / 4);
        Tensor x = stages.stem(patchEmbed.forward(patches.select(cells))).tokens(); // [B, n, D]
        Tensor inside = null;
        if (patches.placed() && posEmbed != null) {
            Tensor table = PositionGrid.resized(posEmbed, spec.tableGrid(), grid);
            x = x.add(patches.select(table).to(x.scalar_type()));
        }
        if (patches.placed()) {
            inside = offsets3 == null
                    ? null
                    : patches.select(spec.grid().firstCells(grid).unsqueeze(0)).squeeze(0);
        }
        Tensor offsets =
                inside == null ? null : offsets3.index_select(0, inside).index_select(1, inside);
        return stages.attend(x, offsets, 0, spec.depths().get(2));
    }

    /**
     * What the two stages without attention make of a unit.
     *
     * @param stage1 {@code [B, U, 16, D/4]}
     * @param stage2 {@code [B, U, 4, D/2]}
     * @param tokens {@code [B, U, D]} before positions
     */
    public record Stem(Tensor stage1, Tensor stage2, Tensor tokens) {}

    /** Stages 1 and 2 of the visible units; {@code mask} null = of all. */
    public Stem stem(Tensor images, TokenMask mask) {
        requireSize(images);
        return stemOf(images, new NestedUnits(spec.grid(), mask));
    }

    private Stem stemOf(Tensor images, NestedUnits units) {
        Tensor cells = units.cut(images, spec.patchSize() / 4);
        Tensor x = patchEmbed.forward(cells); // [B, U, 16, D/4]
        if (Tap.isOpen()) {
            Tap.mark("patch_embed", NestedUnits.rowMajor(x));
        }
        return stages.stem(x);
    }

    private Tensor stage3(Stem stem, TokenMask mask) {
        return attend(place(stem.tokens(), mask), mask, 0, spec.depths().get(2));
    }

    /** Adds the absolute positions of the visible units to their tokens. */
    public Tensor place(Tensor tokens, TokenMask mask) {
        return place(tokens, mask, spec.grid());
    }

    private Tensor place(Tensor tokens, TokenMask mask, Size grid) {
        if (posEmbed == null) {
            return Tap.mark("stage3_input", tokens);
        }
        Tensor table = table(mask, grid);
        Tensor positions = mask == null ? table : mask.select(table);
        return Tap.mark("stage3_input", tokens.add(positions.to(tokens.scalar_type())));
    }

    /** Attention blocks {@code from … to - 1} of stage 3. */
    public Tensor attend(Tensor x, TokenMask mask, int from, int to) {
        return stages.attend(x, mask == null || offsets3 == null ? offsets3 : mask.selectPairs(offsets3), from, to);
    }

    /** A block for {@link #attend(Tensor, List)}, with the drop path of number {@code index} of stage 3. */
    public Block anotherBlock(int index, double eps) {
        return stages.another(index, eps);
    }

    /** Further attention blocks on the tokens of the whole grid. */
    public Tensor attend(Tensor x, List<Block> further) {
        RelativePositions positions = offsets3 == null ? null : new RelativePositions(offsets3, null);
        for (Block block : further) {
            x = block.forward(x, positions);
        }
        return x;
    }

    /**
     * The table for a grid; another grid than the table's is met as the reference does. With units left out,
     * iTPN's code takes the number of the rest for another grid (HiViT's does not), so that its models are trained on
     * positions sampled a little apart.
     */
    private Tensor table(TokenMask mask, Size grid) {
        Size table = spec.tableGrid();
        boolean leftOut = mask != null && mask.visible() < mask.units();
        return neck != null && leftOut && grid.equals(table)
                ? PosEmbedResize.sampledInPlace(posEmbed, 0, grid.sides())
                : PosEmbedResize.resizeWhileRunning(posEmbed, 0, table.sides(), grid.sides());
    }

    @Override
    public boolean hasNeck() {
        return neck != null;
    }

    @Override
    public UnitLevels pyramid(UnitLevels stages, TokenMask mask) {
        require(neck != null, "this HiVit was built without a neck");
        return neck.forward(stages, new NestedUnits(spec.grid(), mask));
    }

    @Override
    public int neckWidth() {
        require(neck != null, "this HiVit was built without a neck");
        return spec.neck().orElseThrow().dim();
    }

    @Override
    public Pyramid pyramid(Tensor images) {
        require(dense, "this HiVit was not built for dense prediction");
        if (spec.hasFourthStage()) {
            return fourStages(images, new NestedUnits(spec.grid(), null));
        }
        Tensor fitted = fitted(images, spec.dense());
        NestedUnits all = new NestedUnits(gridOf(fitted), null);
        UnitLevels own = stages(fitted, all);
        return maps.of(own, all);
    }

    /** The three stages of a whole image of any size. */
    private UnitLevels stages(Tensor images, NestedUnits all) {
        Stem stem = stemOf(images, all);
        Tensor x = stages.attend(place(stem.tokens(), null, all.grid()), attention.on(all.grid()));
        return new UnitLevels(List.of(stem.stage1(), stem.stage2(), x.unsqueeze(2)), CellOrder.NESTED);
    }

    private Pyramid fourStages(Tensor images, NestedUnits all) {
        Stem stem = stem(images, null);
        Tensor third = stage3(stem, null);
        Tensor fourth = stages.coarsen(third, offsets4);
        NestedUnits coarse = new NestedUnits(spec.grid().dividedBy(2), null);
        return new Pyramid(
                List.of(
                        all.toMap(stem.stage1()),
                        all.toMap(stem.stage2()),
                        all.toMap(third.unsqueeze(2)),
                        coarse.toMap(fourth.unsqueeze(2))),
                strides());
    }

    @Override
    public HiVitSpec spec() {
        return spec;
    }

    /** HiViT and iTPN hand their setting on to the decoder (models_itpn_mim.py). */
    @Override
    public boolean decoderQkvBias() {
        return spec.qkvBias();
    }

    @Override
    public List<Integer> levelWidths() {
        return spec.widths();
    }

    @Override
    public List<Integer> levelCells() {
        return List.of(4, 2, 1);
    }

    @Override
    public int prefixTokens() {
        return 0;
    }

    @Override
    public List<Integer> widths() {
        return maps.widths();
    }

    @Override
    public List<Integer> strides() {
        return maps.strides();
    }

    @Override
    public int layers() {
        return stages.count();
    }

    /**
     * iTPN util/lr_decay.py: what lies between two stages belongs to the block before it; the neck is on top. In its dense forms
     * (seg/mmcv_custom/itpn_layer_decay_optimizer_constructor.py, det/mmcv_custom/layer_decay_optimizer_constructor.py) it counts
     * as a layer, so that the last blocks come to lie beyond the top, and positions of detectors are with the head.
     */
    @Override
    public int layerOf(String parameter) {
        if (parameter.startsWith("blocks.")) {
            int entry = Integer.parseInt(parameter.split("\\.")[1]);
            return countsMerges() ? entry + 1 : stages.layerOf(entry);
        }
        boolean stem = parameter.startsWith("patch_embed.") || parameter.equals("pos_embed") && !maps.detects();
        return stem ? 0 : layers() + 1;
    }

    private boolean countsMerges() {
        return dense && !spec.dense().isSimple();
    }

    /** The published rates are for 12 blocks; each of more blocks decays by less. Those of detectors are as they are. */
    @Override
    public LayerDecay layerDecay(String prefix, double rate) {
        if (!countsMerges()) {
            return super.layerDecay(prefix, Math.pow(rate, 13.0 / (layers() + 1)));
        }
        double each = maps.detects() ? rate : Math.pow(rate, 13.0 / (layers() + 2));
        return super.layerDecay(prefix, each).reaching(stages.entries());
    }
}
