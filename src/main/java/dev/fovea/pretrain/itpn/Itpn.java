package dev.fovea.pretrain.itpn;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.IntegralEncoder;
import dev.fovea.backbone.LevelEncoder;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.backbone.UnitLevels;
import dev.fovea.backbone.Use;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Init;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelTarget;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.Reconstructs;
import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * iTPN pre-training (Tian et al. 2023; the part on pixels as released in sunsmarterjie/iTPN models_itpn_mim.py): visible
 * units alone go through backbone and neck, mask tokens come in behind the neck, a decoder reconstructs the image, and heads
 * behind it predict a teacher's features of the hidden units.
 */
public final class Itpn extends PretrainModel implements Reconstructs {
    private final ItpnSpec spec;
    private final Backbone backbone;
    private final LevelEncoder encoder;
    private final LevelEmbed embed;
    private final LayerNorm norm;
    private final PixelDecoder decoder;
    private final MaskedFeatures features;
    private final PixelTarget target;
    private final Size grid;

    Itpn(ItpnSpec spec, BackboneSpec backboneSpec, Normalize images) {
        this.spec = spec;
        Use use = spec.decodes() == Decodes.PYRAMID ? Use.PRETRAIN_PYRAMID : Use.PRETRAIN;
        backbone = child("backbone", backboneSpec.build(use));
        encoder = requireLevels(spec, backbone);
        int patch = backbone.tokenStride();
        grid = backbone.imageSize().dividedBy(patch);
        embed = spec.decodes() == Decodes.PYRAMID ? child("embed", levelEmbed()) : null;
        norm = embed == null ? child("norm", new LayerNorm(latentWidth(), backbone.normEps())) : null;
        decoder = child(
                "decoder",
                embed == null
                        ? new PixelDecoder(spec.decoder(), backbone, latentWidth())
                        : PixelDecoder.ofEmbedded(spec.decoder(), backbone));
        Init.Scheme.TRUNC_NORMAL.apply(this);
        features = spec.features().lambda() == 0
                ? null
                : child(
                        "features",
                        new MaskedFeatures(
                                spec.features(),
                                spec.decoder().dim(),
                                new MaskedFeatures.Student(
                                        backbone,
                                        () -> backboneSpec.withDropPath(0).build(use),
                                        grid,
                                        images)));
        target = new PixelTarget(patch, spec.normPixels(), spec.loss());
    }

    private static LevelEncoder requireLevels(ItpnSpec spec, Backbone backbone) {
        String name = backbone.getClass().getSimpleName();
        require(
                backbone instanceof LevelEncoder,
                "itpn needs a backbone with levels of several strides for visible units alone (hivit, convvit);"
                        + " %s has one stride: use the objective mae",
                name);
        require(
                spec.decodes() != Decodes.PYRAMID || backbone instanceof IntegralEncoder it && it.hasNeck(),
                "decodes pyramid pre-trains a neck, and this %s has none: give backbone.neck (hivit has one to give),"
                        + " or decode stages or top",
                name);
        return (LevelEncoder) backbone;
    }

    private LevelEmbed levelEmbed() {
        return new LevelEmbed(
                ((IntegralEncoder) encoder).neckWidth(),
                spec.decoder().dim(),
                encoder.levelWidths().size(),
                backbone.normEps());
    }

    /** Width of what is decoded, without a neck: the last stage, or all cells of all stages. */
    private int latentWidth() {
        return spec.decodes() == Decodes.TOP
                ? backbone.dim()
                : StageTargets.levelsOf(encoder).stream()
                        .mapToInt(level -> level.cells() * level.width())
                        .sum();
    }

    @Override
    public Losses losses(Tensor images) {
        return losses(images, drawMask(images.size(0)));
    }

    /** The losses for a given mask. */
    public Losses losses(Tensor images, TokenMask mask) {
        Tensor decoded = decode(images, mask);
        Tensor pixels = target.loss(decoder.pixels(decoded), images, mask);
        if (features == null) {
            return Losses.of(pixels);
        }
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("pixels", pixels);
        parts.putAll(features.losses(decoded, images, mask.inverted()));
        Tensor total = pixels;
        for (Map.Entry<String, Tensor> part : parts.entrySet()) {
            if (part.getValue() != pixels) {
                total = total.add(part.getValue().mul(new Scalar(spec.features().lambda())));
            }
        }
        return new Losses(total, parts);
    }

    /** {@code [B, 3, H, W] -> [B, N, D']}. */
    private Tensor decode(Tensor images, TokenMask mask) {
        UnitLevels stages = encoder.levels(images, mask);
        if (embed == null) {
            Tensor latent = spec.decodes() == Decodes.TOP ? stages.top() : sideBySide(stages);
            return decoder.decode(decoder.embed(Tap.mark("latent", norm.forward(latent))), mask, 1);
        }
        UnitLevels pyramid = ((IntegralEncoder) encoder).pyramid(stages, mask);
        return decoder.decode(embed.forward(pyramid), mask, pyramid.levels().size());
    }

    private static Tensor sideBySide(UnitLevels stages) {
        List<Tensor> flat = stages.levels().stream()
                .map(level -> stages.order().inRows(level).flatten(2, 3))
                .toList();
        return Tensors.cat(2, flat);
    }

    /** What the hidden units should be predicted as. */
    List<Tensor> featureTargets(Tensor images, TokenMask shown) {
        return features.targets(images, shown);
    }

    @Override
    public void afterInitialWeights() {
        if (features != null) {
            features.copyStudent();
        }
    }

    @Override
    public void afterStep(long step, long steps) {
        if (features != null) {
            features.followStudent();
        }
    }

    @Override
    public TokenMask drawMask(long batch) {
        return TokenMask.random(batch, grid.area(), spec.maskRatio());
    }

    @Override
    public Reconstruction reconstruct(Tensor images, TokenMask mask) {
        return target.picture(decoder.pixels(decode(images, mask)), images, mask);
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }
}
