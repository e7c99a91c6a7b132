package dev.fovea.pretrain.convmae;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.ConvVit;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.Visibility;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelTarget;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.Reconstructs;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** ConvMAE pre-training (Gao et al. 2022; Alpha-VL/ConvMAE models_convmae.py). */
public final class ConvMae extends PretrainModel implements Reconstructs {
    private final ConvMaeSpec spec;
    private final ConvVit backbone;
    private final Conv2d stage1Decode;
    private final Conv2d stage2Decode;
    private final PixelDecoder decoder;
    private final PixelTarget target;
    private final Size grid;

    ConvMae(ConvMaeSpec spec, ConvVitSpec convVit) {
        this.spec = spec;
        backbone = child("backbone", convVit.build(Use.PRETRAIN));
        stage1Decode = spec.fusion() ? child("stage1_output_decode", toStage3(convVit, 1)) : null;
        stage2Decode = spec.fusion() ? child("stage2_output_decode", toStage3(convVit, 2)) : null;
        grid = convVit.grid();
        int patch = convVit.stride(3);
        decoder = child("decoder", new PixelDecoder(spec.decoder(), backbone, backbone.dim()));
        target = new PixelTarget(patch, spec.normPixels(), spec.loss());
    }

    private static Conv2d toStage3(ConvVitSpec convVit, int stage) {
        return new Conv2d(
                convVit.dims().get(stage - 1), convVit.dims().get(2), Conv2d.Shape.patch(convVit.cells(stage)));
    }

    @Override
    public Losses losses(Tensor images) {
        return losses(images, drawMask(images.size(0)));
    }

    /** The loss for a given stage-3 mask. */
    public Losses losses(Tensor images, TokenMask mask) {
        return Losses.of(target.loss(predict(images, mask), images, mask));
    }

    private Tensor predict(Tensor images, TokenMask mask) {
        Visibility seen = visibility(mask);
        ConvVit.Stages stages = backbone.stages(images, seen);
        Tensor fused = stages.stage3();
        if (spec.fusion()) {
            Tensor from1 = Tap.mark("stage1_decode", project(stages.stage1(), stage1Decode)); // [B, U, D]
            Tensor from2 = Tap.mark("stage2_decode", project(stages.stage2(), stage2Decode));
            Tensor finer = from1.add(from2);
            fused = fused.add(seen.visibleOnly() ? finer : mask.select(finer));
        }
        Tensor latent = backbone.normed(Tap.mark("fused_visible", fused));
        return decoder.forward(Tap.mark("latent", latent), mask);
    }

    /** The stride-s convolution on units: {@code [B, U, s s, C] -> [B, U, D]}. */
    private static Tensor project(Tensor stage, Conv2d conv) {
        Tensor weight = conv.weight().permute(0, 2, 3, 1).flatten(1, -1); // [D, s s C]
        return Linear.product(stage.flatten(2, 3), weight, conv.bias());
    }

    private Visibility visibility(TokenMask mask) {
        if (!spec.maskedConvolution()) {
            return Visibility.unmasked(mask);
        }
        if (spec.masking() == ConvMaeSpec.Masking.RANDOM) {
            return Visibility.masked(mask, drawKeep(mask, 1), drawKeep(mask, 2));
        }
        return spec.visibleOnly() ? Visibility.units(mask) : Visibility.masked(mask, keep(mask), keep(mask));
    }

    /** Blockwise: every cell of a unit shares its fate, {@code [B, N, 1, 1]}. */
    private static Tensor keep(TokenMask mask) {
        return mask.hidden().neg().add(new Scalar(1)).unsqueeze(2).unsqueeze(3);
    }

    private Tensor drawKeep(TokenMask mask, int stage) {
        long cells = (long) backbone.spec().cells(stage) * backbone.spec().cells(stage);
        return Draws.kept(1 - spec.maskRatio(), mask.batch(), mask.units(), cells, 1);
    }

    @Override
    public TokenMask drawMask(long batch) {
        return TokenMask.random(batch, grid.area(), spec.maskRatio());
    }

    @Override
    public Reconstruction reconstruct(Tensor images, TokenMask mask) {
        return target.picture(predict(images, mask), images, mask);
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }
}
