package dev.fovea.backbone;

import dev.fovea.nn.Block;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.PatchEmbed;
import dev.fovea.nn.RelativePositionBias;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.PosEmbedResize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The backbone of BEiT (Bao et al. 2022) and BEiT v2 (Peng et al. 2022; microsoft/unilm beit2): a vision transformer with a
 * class token, relative positions, layer scale, and no bias of keys; {@code [B, 3, H, W] -> [B, 1 + N, D]}.
 */
public final class Beit extends Backbone implements MaskedEncoder, ViewEncoder {
    private final BeitSpec spec;
    private final Use use;
    private final Tensor clsToken;
    private final Tensor posEmbed;
    private final PatchEmbed patchEmbed;
    private final SharedTable relPosBias;
    private final List<Block> blocks;
    private final LayerNorm norm;
    private final DenseMaps maps;
    private final DenseForm form;
    private final StageAttention windows;
    private final Tensor offsets;

    Beit(BeitSpec spec, Use use) {
        this.spec = spec;
        this.use = use;
        boolean dense = use == Use.DENSE;
        Size grid = spec.grid();
        form = dense ? spec.dense() : DenseForm.PLAIN;
        windows = form.windows().isUsed()
                ? new StageAttention(form.windows(), spec.relativePosition().tables(), grid, spec.heads())
                : null;
        clsToken = windows == null ? parameter("cls_token", Tensors.zeros(1, 1, spec.dim())) : null;
        posEmbed = spec.absolutePosition() ? absolutePositions() : null;
        patchEmbed = child("patch_embed", new PatchEmbed(spec.form().channels(), spec.dim(), spec.patchSize()));
        boolean shared = windows == null && spec.relativePosition().isShared();
        relPosBias = shared ? child("rel_pos_bias", new SharedTable(table())) : null;
        blocks = childList("blocks", blocks());
        if (windows != null) {
            windows.sharedTables().forEach(this::child);
        }
        norm = use.hasFinalNorm() ? child("norm", new LayerNorm(spec.dim(), spec.normEps())) : null;
        maps = dense ? new DenseMaps(form, spec.dim(), spec.patchSize(), spec.depth(), spec.taps()) : null;
        if (dense) {
            child("pyramid", maps.layer());
        }
        offsets = windows != null || spec.relativePosition() == BeitSpec.RelativeBias.NONE
                ? null
                : RelativePositionBias.indexWithToken(grid.height(), grid.width());
        BeitInit start = BeitInit.of(use);
        if (clsToken != null) {
            start.draw(clsToken);
        }
        if (posEmbed != null) {
            start.draw(posEmbed);
        }
        start.patchEmbed(patchEmbed);
    }

    private Tensor absolutePositions() {
        Tensor table = Tensors.zeros(1, 1L + form.tableGrid(spec.grid()).area(), spec.dim());
        return form.trainPositions() ? parameter("pos_embed", table) : frozenParameter("pos_embed", table);
    }

    private Tensor table() {
        return RelativePositionBias.tableWithToken(
                spec.grid().height(), spec.grid().width(), spec.heads());
    }

    private List<Block> blocks() {
        double[] rates = DropPath.schedule(spec.dropPath(), spec.depth());
        List<Block> list = new ArrayList<>();
        for (int i = 0; i < rates.length; i++) {
            Block block = fresh(rates[i], windows == null ? ownTable() : windows.ownTable(i));
            BeitInit.of(use).block(block, i + 1);
            list.add(block);
        }
        return list;
    }

    /**
     * One more block of this kind, as if it were that of that number (from 1). The released code makes such blocks after it
     * has drawn its weights: they keep PyTorch's start, biases included, and have the ends of their branches divided.
     */
    public Block furtherBlock(double dropPath, int number) {
        Block block = fresh(dropPath, ownTable());
        BeitInit.divideEnds(block, number);
        return block;
    }

    private Block fresh(double rate, Tensor table) {
        return spec.block(rate, form.epsOr(spec.normEps()), table);
    }

    /** Null where blocks have none of their own. */
    private Tensor ownTable() {
        return spec.relativePosition().isOfBlocks() ? table() : null;
    }

    @Override
    public Tensor tokens(Tensor images) {
        if (windows != null) {
            Tensor fitted = fitted(images, form);
            List<Tensor> outputs = inWindows(fitted, windows.on(gridOf(fitted)));
            return normed(outputs.get(outputs.size() - 1));
        }
        return normed(encode(embed(images), positions(), null));
    }

    /** What enters the blocks: class token and patches, placed; {@code [B, 3, H, W] -> [B, 1 + N, D]}. */
    public Tensor embed(Tensor images) {
        return place(images, patches(images));
    }

    /** The same with {@code token [1, 1, D]} instead of every hidden patch; {@code hidden [B, N]}, 1 = hidden. */
    public Tensor embedMasked(Tensor images, Tensor hidden, Tensor token) {
        Tensor x = Tap.mark("patch_embed", patches(images)); // [B, N, D]
        Tensor h = hidden.to(x.scalar_type()).unsqueeze(2); // [B, N, 1]
        Tensor seen = h.neg().add(new Scalar(1));
        return place(images, x.mul(seen).add(token.to(x.scalar_type()).mul(h)));
    }

    private Tensor patches(Tensor images) {
        if (offsets != null) {
            requireSize(images);
        }
        require(
                images.size(1) == spec.form().channels(),
                "Beit was built for images of %d channels, not for a batch of %s",
                spec.form().channels(),
                Shapes.text(images));
        return patchEmbed.forward(images);
    }

    private Tensor place(Tensor images, Tensor patches) {
        Tensor x = withClassToken(patches);
        return Tap.mark(
                "embedding", posEmbed == null ? x : x.add(absolute(images).to(x.scalar_type())));
    }

    /** The absolute positions; as released, resized where images have another number of patches. */
    private Tensor absolute(Tensor images) {
        Size own = form.tableGrid(spec.grid());
        Size grid = gridOf(images);
        Tensor table = grid.area() == own.area()
                ? posEmbed
                : PosEmbedResize.resizeWhileRunning(posEmbed, 1, own.sides(), grid.sides());
        return Tap.mark("pos_embed", table);
    }

    private Tensor withClassToken(Tensor patches) {
        Tensor first = clsToken.to(patches.scalar_type()).expand(patches.size(0), 1, spec.dim());
        return Tensors.cat(1, first, patches);
    }

    /** The relative positions of all tokens, for the blocks of one forward pass; null where there are none. */
    public RelativePositions positions() {
        return positions(offsets);
    }

    private RelativePositions positions(Tensor rows) {
        return rows == null ? null : new RelativePositions(rows, relPosBias == null ? null : relPosBias.table());
    }

    /** The tokens after every block, before any norm, from what {@link #embed} gave. */
    public List<Tensor> blockOutputs(Tensor x, RelativePositions positions) {
        List<Tensor> outputs = new ArrayList<>();
        encode(x, positions, outputs);
        return outputs;
    }

    private Tensor encode(Tensor x, RelativePositions positions, List<Tensor> outputs) {
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("blocks." + i, blocks.get(i).forward(x, positions));
            if (outputs != null) {
                outputs.add(x);
            }
        }
        return x;
    }

    /** Relative positions go with the visible tokens, so a drop of 75 % makes the tables of offsets 16 times smaller. */
    @Override
    public Tensor encodeVisible(Tensor images, TokenMask mask) {
        requireSize(images);
        Tensor x = patchEmbed.embed(mask.select(PatchEmbed.patches(images, spec.patchSize()))); // [B, M, D]
        x = withClassToken(x);
        if (posEmbed != null) {
            Tensor patches = mask.select(posEmbed.narrow(1, 1, mask.units()));
            Tensor first = posEmbed.narrow(1, 0, 1).expand(x.size(0), 1, spec.dim());
            x = x.add(Tensors.cat(1, first, patches).to(x.scalar_type()));
        }
        return normed(encode(x, offsets == null ? null : positions(visible(mask)), null));
    }

    @Override
    public Tensor encodeView(Tensor images, Patches patches) {
        Size grid = gridOf(images);
        Tensor x = patchEmbed.embed(patches.select(PatchEmbed.patches(images, spec.patchSize()))); // [B, n, D]
        x = withClassToken(x);
        if (posEmbed != null && patches.placed()) {
            Tensor table =
                    PositionGrid.resized(posEmbed.narrow(1, 1, spec.grid().area()), spec.grid(), grid);
            Tensor placed = Tensors.cat(1, posEmbed.narrow(1, 0, 1), patches.select(table));
            x = x.add(placed.to(x.scalar_type()));
        }
        boolean relative = offsets != null && patches.placed();
        x = encode(x, relative ? positions(ofView(grid, patches)) : null, null);
        return normed(x.narrow(1, 1, x.size(1) - 1));
    }

    /** The offsets inside a view are those inside the first rows and columns of the own grid. */
    private Tensor ofView(Size grid, Patches patches) {
        Tensor cells = patches.kept() == null
                ? spec.grid().firstCells(grid)
                : spec.grid().firstCells(grid).index_select(0, patches.kept());
        Tensor order = Tensors.cat(0, Tensors.range(0, 1), cells.add(new Scalar(1)));
        return offsets.index_select(0, order).index_select(1, order);
    }

    private Tensor visible(TokenMask mask) {
        Tensor patches = mask.kept().add(new Scalar(1));
        Tensor first = Tensors.zeros(mask.batch(), 1).to(ScalarType.Long); // the class token
        Tensor order = Tensors.cat(1, first, patches); // [B, 1 + M]
        long b = order.size(0), m = order.size(1), n = offsets.size(0);
        Tensor queries = offsets.index_select(0, order.reshape(-1)).reshape(b, m, n);
        return queries.gather(2, order.unsqueeze(1).expand(b, m, m), false);
    }

    @Override
    public Pyramid pyramid(Tensor images) {
        require(maps != null, "this Beit was not built for dense prediction");
        Tensor fitted = windows == null ? images : fitted(images, form);
        Size grid = gridOf(fitted);
        List<Tensor> outputs =
                windows == null ? blockOutputs(embed(fitted), positions()) : inWindows(fitted, windows.on(grid));
        List<Tensor> tapped = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            maps.collect(tapped, i, outputs.get(i), grid);
        }
        return maps.pyramid(tapped);
    }

    /** Without class token (ViT-Adapter detection/mmdet_custom/models/backbones/base/beit.py). */
    private List<Tensor> inWindows(Tensor images, StageAttention.Pass pass) {
        Tensor x = patches(images);
        if (posEmbed != null) {
            Size grid = gridOf(images), own = form.tableGrid(spec.grid());
            Tensor table = PosEmbedResize.resize(posEmbed, 1, own.sides(), grid.sides());
            x = x.add(table.narrow(1, 1, grid.area()).to(x.scalar_type()));
        }
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("blocks." + i, pass.run(i, blocks.get(i), x));
            outputs.add(x);
        }
        return outputs;
    }

    /** The final norm, where the backbone was built with one. */
    public Tensor normed(Tensor x) {
        return norm == null ? x : norm.forward(x);
    }

    @Override
    public BeitSpec spec() {
        return spec;
    }

    @Override
    public int prefixTokens() {
        return 1;
    }

    @Override
    public List<Integer> widths() {
        return maps == null ? Collections.nCopies(4, spec.dim()) : maps.widths();
    }

    @Override
    public List<Integer> strides() {
        return maps == null ? VitPyramid.strides(spec.patchSize()) : maps.strides();
    }

    @Override
    public int layers() {
        return spec.depth();
    }

    @Override
    public int layerOf(String parameter) {
        return PlainLayers.of(parameter, layers());
    }
}
