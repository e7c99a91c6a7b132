package dev.fovea.backbone;

import dev.fovea.nn.Block;
import dev.fovea.nn.Init;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.PatchEmbed;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
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
    private final VitPyramid pyramid;

    VisionTransformer(VitSpec spec, Use use) {
        this.spec = spec;
        clsToken = spec.classToken() ? parameter("cls_token", Tensors.zeros(1, 1, spec.dim())) : null;
        posEmbed = positions(use);
        patchEmbed = child("patch_embed", new PatchEmbed(3, spec.dim(), spec.patchSize()));
        blocks = childList("blocks", spec.blocks());
        norm = use.hasFinalNorm() ? child("norm", new LayerNorm(spec.dim(), 1e-6)) : null;
        pyramid = use == Use.DENSE ? child("pyramid", new VitPyramid(spec.dim(), spec.patchSize())) : null;
        (use == Use.PRETRAIN ? Init.Scheme.XAVIER : Init.Scheme.TRUNC_NORMAL).apply(this);
        Init.xavierUniform(patchEmbed.proj().weight());
        if (clsToken != null) {
            Init.normal(clsToken, 0.02);
        }
    }

    private Tensor positions(Use use) {
        Size grid = spec.grid();
        Tensor table = SinCosPosEmbed.table(grid.height(), grid.width(), spec.dim(), spec.classToken());
        if (spec.posEmbed() == PosEmbed.LEARNED) {
            Init.truncNormal(table, 0.02);
            return parameter("pos_embed", table);
        }
        return use.trainsPositions() ? parameter("pos_embed", table) : frozenParameter("pos_embed", table);
    }

    @Override
    public Tensor tokens(Tensor images) {
        requireSize(images);
        Tensor x = withClassToken(placed(patchEmbed.forward(images), patchPositions()));
        return normed(encode(Tap.mark("embedding", x), null));
    }

    @Override
    public Tensor encodeVisible(Tensor images, TokenMask mask) {
        requireSize(images);
        if (Tap.isOpen()) {
            Tap.mark("patch_tokens_with_pos", placed(patchEmbed.forward(images), patchPositions()));
        }
        Tensor patches = mask.select(PatchEmbed.patches(images, spec.patchSize()));
        Tensor visible = placed(patchEmbed.embed(patches), mask.select(patchPositions())); // [B, M, D]
        return normed(encode(withClassToken(Tap.mark("tokens_visible", visible)), null));
    }

    /** Pixels beyond the last whole patch are left out. */
    @Override
    public Tensor encodeView(Tensor images, Patches patches) {
        int patch = spec.patchSize();
        Size grid = new Size((int) images.size(2) / patch, (int) images.size(3) / patch);
        Tensor whole = images.narrow(2, 0, (long) grid.height() * patch).narrow(3, 0, (long) grid.width() * patch);
        Tensor x = patchEmbed.embed(patches.select(PatchEmbed.patches(whole, patch))); // [B, n, D]
        x = patches.placed() ? placed(x, patches.select(PositionGrid.resized(patchPositions(), spec.grid(), grid))) : x;
        x = encode(withClassToken(Tap.mark("tokens", x)), null);
        return normed(x.narrow(1, prefixTokens(), x.size(1) - prefixTokens()));
    }

    @Override
    public Pyramid pyramid(Tensor images) {
        require(pyramid != null, "this VisionTransformer was not built for dense prediction");
        requireSize(images);
        List<Tensor> tapped = new ArrayList<>();
        encode(withClassToken(placed(patchEmbed.forward(images), patchPositions())), tapped);
        return pyramid.rescale(tapped);
    }

    private Tensor encode(Tensor x, List<Tensor> tapped) {
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("blocks." + i, blocks.get(i).forward(x));
            if (tapped != null) {
                int uses = Collections.frequency(spec.taps(), i);
                tapped.addAll(Collections.nCopies(uses, uses == 0 ? null : toMap(x)));
            }
        }
        return x;
    }

    private Tensor toMap(Tensor x) {
        Size grid = spec.grid();
        return x.narrow(1, prefixTokens(), grid.area())
                .transpose(1, 2)
                .reshape(x.size(0), spec.dim(), grid.height(), grid.width());
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
    public int prefixTokens() {
        return spec.classToken() ? 1 : 0;
    }

    @Override
    public int dim() {
        return spec.dim();
    }

    @Override
    public Size imageSize() {
        return spec.imageSize();
    }

    @Override
    public int tokenStride() {
        return spec.patchSize();
    }

    @Override
    public List<Integer> widths() {
        return List.of(spec.dim(), spec.dim(), spec.dim(), spec.dim());
    }

    @Override
    public List<Integer> strides() {
        return VitPyramid.strides(spec.patchSize());
    }

    @Override
    public int layers() {
        return spec.depth();
    }

    /** facebookresearch/mae util/lr_decay.py. */
    @Override
    public int layerOf(String parameter) {
        if (parameter.equals("cls_token") || parameter.equals("pos_embed") || parameter.startsWith("patch_embed")) {
            return 0;
        }
        return parameter.startsWith("blocks.") ? Integer.parseInt(parameter.split("\\.")[1]) + 1 : layers() + 1;
    }
}
