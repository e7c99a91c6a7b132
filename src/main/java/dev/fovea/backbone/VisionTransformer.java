package dev.fovea.backbone;

import dev.fovea.nn.Block;
import dev.fovea.nn.Init;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.PatchEmbed;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.PosEmbedResize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The plain vision transformer (Dosovitskiy et al. 2021; parameter names of timm): {@code [B, 3, H, W] -> [B, 1 + N, D]}
 * with a class token, {@code [B, N, D]} without.
 */
public final class VisionTransformer extends Backbone implements MaskedEncoder, ViewEncoder {
    private final VitSpec spec;
    private final Tensor clsToken;
    private final Tensor posEmbed;
    private final PatchEmbed patchEmbed;
    private final List<Block> blocks;
    private final LayerNorm norm;
    private final DenseMaps maps;
    private final DenseForm form;
    private final StageAttention attention;

    VisionTransformer(VitSpec spec, Use use) {
        this.spec = spec;
        boolean dense = use == Use.DENSE;
        form = dense ? spec.dense() : DenseForm.PLAIN;
        boolean withToken = spec.classToken() && !form.windows().isUsed();
        clsToken = withToken ? parameter("cls_token", Tensors.zeros(1, 1, spec.dim())) : null;
        posEmbed = positions(use);
        patchEmbed = child("patch_embed", new PatchEmbed(3, spec.dim(), spec.patchSize()));
        RelativeTables tables = dense && spec.relativePosition() ? form.tables() : null;
        attention = new StageAttention(form.windows(), tables, spec.grid(), spec.heads());
        blocks = childList("blocks", spec.blocks(attention, form.epsOr(spec.normEps())));
        attention.sharedTables().forEach(this::child);
        norm = use.hasFinalNorm() ? child("norm", new LayerNorm(spec.dim(), spec.normEps())) : null;
        maps = dense ? new DenseMaps(form, spec.dim(), spec.patchSize(), spec.depth(), spec.taps()) : null;
        if (dense) {
            child("pyramid", maps.layer());
        }
        (use == Use.PRETRAIN ? Init.Scheme.XAVIER : Init.Scheme.TRUNC_NORMAL).apply(this);
        Init.xavierUniform(patchEmbed.proj().weight());
        if (clsToken != null) {
            Init.normal(clsToken, 0.02);
        }
    }

    private Tensor positions(Use use) {
        Size grid = form.tableGrid(spec.grid());
        boolean learned = spec.posEmbed() == PosEmbed.LEARNED;
        boolean trained = (learned || use.trainsPositions()) && form.trainPositions();
        Tensor table = learned || trained
                ? SinCosPosEmbed.start(grid.height(), grid.width(), spec.dim(), spec.classToken())
                : SinCosPosEmbed.table(grid.height(), grid.width(), spec.dim(), spec.classToken());
        if (learned) {
            Init.truncNormal(table, 0.02);
        }
        return trained ? parameter("pos_embed", table) : frozenParameter("pos_embed", table);
    }

    @Override
    public Tensor tokens(Tensor images) {
        if (maps != null) {
            return normed(onMap(fitted(images, form), new ArrayList<>()));
        }
        requireSize(images);
        Tensor x = withClassToken(placed(patchEmbed.forward(images), patchPositions()));
        return normed(encode(Tap.mark("embedding", x)));
    }

    @Override
    public Tensor encodeVisible(Tensor images, TokenMask mask) {
        requireSize(images);
        if (Tap.isOpen()) {
            Tap.mark("patch_tokens_with_pos", placed(patchEmbed.forward(images), patchPositions()));
        }
        Tensor patches = mask.select(PatchEmbed.patches(images, spec.patchSize()));
        Tensor visible = placed(patchEmbed.embed(patches), mask.select(patchPositions())); // [B, M, D]
        return normed(encode(withClassToken(Tap.mark("tokens_visible", visible))));
    }

    /** Pixels beyond the last whole patch are left out. */
    @Override
    public Tensor encodeView(Tensor images, Patches patches) {
        int patch = spec.patchSize();
        Size grid = new Size((int) images.size(2) / patch, (int) images.size(3) / patch);
        Tensor whole = images.narrow(2, 0, (long) grid.height() * patch).narrow(3, 0, (long) grid.width() * patch);
        Tensor x = patchEmbed.embed(patches.select(PatchEmbed.patches(whole, patch))); // [B, n, D]
        x = patches.placed() ? placed(x, patches.select(PositionGrid.resized(patchPositions(), spec.grid(), grid))) : x;
        x = encode(withClassToken(Tap.mark("tokens", x)));
        return normed(x.narrow(1, prefixTokens(), x.size(1) - prefixTokens()));
    }

    @Override
    public Pyramid pyramid(Tensor images) {
        require(maps != null, "this VisionTransformer was not built for dense prediction");
        List<Tensor> tapped = new ArrayList<>();
        onMap(fitted(images, form), tapped);
        return maps.pyramid(tapped);
    }

    /** All blocks in their form for dense prediction; what maps are made of is added to {@code tapped}. */
    private Tensor onMap(Tensor fitted, List<Tensor> tapped) {
        Size grid = gridOf(fitted), own = form.tableGrid(spec.grid());
        Tensor table = PosEmbedResize.resize(posEmbed, prefixTokens(), own.sides(), grid.sides());
        Tensor patches = placed(patchEmbed.forward(fitted), table.narrow(1, prefixTokens(), grid.area()));
        Tensor x = withClassToken(Tap.mark("stage_input", patches));
        StageAttention.Pass pass = attention.on(grid);
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("blocks." + i, pass.run(i, blocks.get(i), x));
            maps.collect(tapped, i, x, grid);
        }
        return x;
    }

    private Tensor encode(Tensor x) {
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("blocks." + i, blocks.get(i).forward(x));
        }
        return x;
    }

    private Tensor withClassToken(Tensor x) {
        if (clsToken == null) {
            return x;
        }
        Tensor first = clsToken.add(posEmbed.narrow(1, 0, 1)).to(x.scalar_type());
        return Tensors.cat(1, first.expand(x.size(0), 1, spec.dim()), x);
    }

    /** Positions take the type of the tokens, so that autocast keeps the residual stream in bfloat16. */
    private static Tensor placed(Tensor x, Tensor positions) {
        return x.add(positions.to(x.scalar_type()));
    }

    private Tensor patchPositions() {
        return posEmbed.narrow(1, prefixTokens(), spec.grid().area());
    }

    private Tensor normed(Tensor x) {
        return norm == null ? x : norm.forward(x);
    }

    @Override
    public VitSpec spec() {
        return spec;
    }

    /** Rows in front of the table of positions, and, unless windows leave it out, of the tokens. */
    @Override
    public int prefixTokens() {
        return spec.classToken() ? 1 : 0;
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
