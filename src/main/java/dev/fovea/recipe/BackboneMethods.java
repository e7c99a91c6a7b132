package dev.fovea.recipe;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.recipe.Methods.Method;
import java.util.List;
import java.util.Map;

/** The backbones that a recipe can name. */
final class BackboneMethods {
    private static final Method VIT = new Method(
            "vit",
            VitSpec.class,
            "{imageSize: 224, patchSize: 16, mlpRatio: 4, dropPath: 0, classToken: true, posEmbed: sincos, taps: [],"
                    + " gelu: exact, qkvBias: true, layerScale: 0,"
                    + " normEps: 1.0e-6, relativePosition: false, dense: %s}".formatted(DetectionForms.none("0.0")),
            DetectionForms.withThoseOfVit(Map.of(
                    "tiny", "{dim: 192, depth: 12, heads: 3}",
                    "small", "{dim: 384, depth: 12, heads: 6}",
                    "base", "{dim: 768, depth: 12, heads: 12}",
                    "large", "{dim: 1024, depth: 24, heads: 16}",
                    "huge", "{dim: 1280, depth: 32, heads: 16, patchSize: 14}")));

    private static final Method CONV_VIT = new Method(
            "convvit",
            ConvVitSpec.class,
            "{imageSize: 224, patchSizes: [4, 2, 2], mlpRatios: [4, 4, 4], kernelSize: 5, dropPath: 0,"
                    + " layerScale: 1, relativePosition: true, qkvBias: true, absolutePosition: true, normEps: 1.0e-6,"
                    + " convNormEps: 1.0e-5, dense: %s}".formatted(DetectionForms.none("1.0e-5")),
            DetectionForms.stagesOfConvVit(),
            DetectionForms.withThoseOfConvVit(Map.of(
                    "tiny", "{dims: [48, 96, 192], depths: [1, 1, 7], heads: 3}",
                    "small", "{dims: [128, 256, 384], depths: [2, 2, 11], heads: 6}",
                    "base", "{dims: [256, 384, 768], depths: [2, 2, 11], heads: 12}",
                    "large", "{dims: [384, 768, 1024], depths: [2, 2, 23], heads: 16}",
                    "huge", "{dims: [768, 1024, 1280], depths: [2, 2, 31], heads: 16}")));

    private static final String FAST = "mlpRatio: 3, layerScale: 0.1, posEmbed: learned, design: fast}";

    private static final Method HIVIT = new Method(
            "hivit",
            HiVitSpec.class,
            "{imageSize: 224, patchSize: 16, stemMlpRatio: 3, mlpRatio: 4, dropPath: 0, layerScale: 0,"
                    + " posEmbed: sincos, positionGrid: 0, relativePosition: false, design: hivit, qkvBias: true, stemNorm: true,"
                    + " normEps: 1.0e-6, dense: %s}".formatted(DetectionForms.none("1.0e-5")),
            DetectionForms.withThoseOfHiVit(Map.of(
                    "tiny",
                    "{dim: 192, depths: [1, 1, 8], heads: 3}",
                    "base",
                    "{dim: 512, depths: [3, 3, 24], heads: 8}",
                    "large",
                    "{dim: 768, depths: [2, 2, 40], heads: 12}",
                    "hivit-base",
                    "{dim: 512, depths: [4, 4, 20], heads: 8}",
                    "fast-tiny",
                    "{dim: 384, depths: [1, 1, 12], heads: 6, " + FAST,
                    "fast-small",
                    "{dim: 384, depths: [2, 2, 20], heads: 6, " + FAST,
                    "fast-base",
                    "{dim: 512, depths: [3, 3, 24], heads: 8, " + FAST,
                    "fast-large",
                    "{dim: 768, depths: [2, 2, 40], heads: 12, " + FAST)));

    private static final Method BEIT = new Method(
            "beit",
            BeitSpec.class,
            "{imageSize: 224, patchSize: 16, mlpRatio: 4, dropPath: 0, layerScale: 0.1, relativePosition: block,"
                    + " absolutePosition: false, form: {channels: 3, qkvBias: true, headDim: 0, qkScale: 0}, taps: [],"
                    + " normEps: 1.0e-6, dense: %s}".formatted(DetectionForms.none("0.0")),
            DetectionForms.withThoseOfBeit(Map.of(
                    "tiny", "{dim: 192, depth: 12, heads: 3}",
                    "small", "{dim: 384, depth: 12, heads: 6}",
                    "base", "{dim: 768, depth: 12, heads: 12}",
                    "large", "{dim: 1024, depth: 24, heads: 16, layerScale: 1.0e-5}")));

    private static final Method VIT_ADAPTER = new Method(
            "vit-adapter",
            VitAdapterSpec.class,
            "{pretrainSize: 0, windows: [], interactions: [], stemDim: 64,"
                    + " parts: {spatialPrior: true, injector: true, extractor: true},"
                    + " attention: {reach: deformable, heads: 6, points: 4, ratio: 1}, gammaStart: 0, ffnRatio: 0.25,"
                    + " extraExtractors: 2, vitFeature: each}",
            DetectionForms.withThoseOfAdapter(Map.of(
                    "tiny", adapted("tiny", 0.1, "heads: 6, ratio: 1"),
                    "small", adapted("small", 0.2, "heads: 6, ratio: 1"),
                    "base", adapted("base", 0.3, "heads: 12, ratio: 0.5"),
                    "large", adapted("large", 0.4, "heads: 16, ratio: 0.5"))));

    private static String adapted(String size, double dropPath, String attention) {
        return "{vit: {type: vit, preset: %s, dropPath: %s, layerScale: 1}, attention: {%s}}"
                .formatted(size, dropPath, attention);
    }

    static final List<Method> ALL = List.of(VIT, CONV_VIT, HIVIT, BEIT, VIT_ADAPTER);

    private BackboneMethods() {}
}
