package dev.fovea.recipe;

import dev.fovea.pretrain.beit2.Beit2Spec;
import dev.fovea.pretrain.beit2.RandomProjectionSpec;
import dev.fovea.pretrain.beit2.VqkdFile;
import dev.fovea.pretrain.beit2.VqkdSpec;
import dev.fovea.pretrain.convmae.ConvMaeSpec;
import dev.fovea.pretrain.itpn.ItpnClipSpec;
import dev.fovea.pretrain.itpn.ItpnSpec;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.recipe.Methods.Method;
import java.util.List;
import java.util.Map;

/** The pre-training objectives that a recipe can name, and what gives BEiT v2 its codes. */
final class ObjectiveMethods {
    private static final String PIXELS =
            "maskRatio: 0.75, decoder: {dim: 512, depth: 8, heads: 16, mlpRatio: 4}, normPixels: true, loss: mse";

    private static final Method ITPN = new Method(
            "itpn",
            ItpnSpec.class,
            "{" + PIXELS + ", decodes: pyramid,"
                    + " features: {lambda: 0.3, distance: mse, input: hidden, teacher: {type: ema}}}",
            Map.of());
    private static final Method ITPN_CLIP = new Method(
            "itpn-clip",
            ItpnClipSpec.class,
            "{mask: {hidden: 75, least: 16, most: 0, minAspect: 0.3, maxAspect: 0}}",
            Map.of());

    private static final Method LOCA = new Method(
            "loca",
            LocaSpec.class,
            "{pairing: query, localisation: patch, maskRatio: 0.8, selection: consecutive, queryTokens: 0,"
                    + " queryPositions: true, heads: 12, mlpRatio: 4, positionWeight: 1,"
                    + " momentum: 0.996, lastMomentum: 1, gelu: exact}",
            Map.of());
    private static final Method BEIT2_TOKENIZER = new Method(
            "beit2-tokenizer",
            VqkdSpec.class,
            "{quantizer: {codes: 8192, dim: 32, commitment: 1, learning: ema, decay: 0.99, start: kmeans, restartAfter: 0},"
                    + " decoder: {dim: 768, depth: 3, heads: 12, mlpRatio: 4}}",
            Map.of());
    private static final Method BEIT2 = new Method(
            "beit2",
            Beit2Spec.class,
            "{mask: {hidden: 75, least: 16, most: 0, minAspect: 0.3, maxAspect: 0}}",
            Map.of());
    static final List<Method> TOKENIZERS = List.of(
            Method.of("run", RunTokenizer.class),
            new Method(
                    "vqkd",
                    VqkdFile.class,
                    "{imageSize: 224, patchSize: 16, dim: 768, depth: 12, heads: 12, mlpRatio: 4, codes: 8192, codeDim: 32}",
                    Map.of()),
            new Method(
                    "random-projection",
                    RandomProjectionSpec.class,
                    "{imageSize: 224, patchSize: 16, codes: 8192, dim: 16, seed: 0}",
                    Map.of()));

    static final List<Method> ALL = List.of(
            new Method("mae", MaeSpec.class, "{" + PIXELS + "}", Map.of()),
            new Method(
                    "convmae",
                    ConvMaeSpec.class,
                    "{" + PIXELS
                            + ", masking: blockwise, fusion: true, maskedConvolution: true,"
                            + " visibleOnly: true}",
                    Map.of()),
            ITPN,
            ITPN_CLIP,
            LOCA,
            BEIT2_TOKENIZER,
            BEIT2);

    private ObjectiveMethods() {}
}
