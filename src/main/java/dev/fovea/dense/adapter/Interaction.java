package dev.fovea.dense.adapter;

import dev.fovea.nn.Layer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * What stands around a group of transformer blocks (adapter_modules.py InteractionBlock): an injector in front of them,
 * extractors behind them. Either can be left out.
 */
public final class Interaction extends Layer {
    /** Levels of the spatial features: those of half, the same and twice the tokens' stride. */
    static final int LEVELS = 3;

    private final Injector injector;
    private final List<Extractor> extractors;

    /**
     * @param parts which there are
     * @param gammaStart of the injector
     * @param furtherExtractors behind the first, with the same tokens
     */
    public record Spec(
            int dim,
            AttentionSpec attention,
            Parts parts,
            double gammaStart,
            double ffnRatio,
            double dropPath,
            int furtherExtractors) {}

    /** Parts of the adapter; without any it is the plain network with resized maps. */
    public record Parts(boolean spatialPrior, boolean injector, boolean extractor) {
        public static final Parts ALL = new Parts(true, true, true);
    }

    public Interaction(Spec spec) {
        injector = spec.parts.injector
                ? child("injector", new Injector(spec.dim, LEVELS, spec.attention, spec.gammaStart))
                : null;
        List<Extractor> list = new ArrayList<>();
        if (spec.parts.extractor) {
            list.add(child("extractor", extractor(spec)));
            list.addAll(furtherExtractors(spec));
        }
        extractors = List.copyOf(list);
    }

    private List<Extractor> furtherExtractors(Spec spec) {
        List<Extractor> further = new ArrayList<>();
        for (int i = 0; i < spec.furtherExtractors; i++) {
            further.add(extractor(spec));
        }
        return further.isEmpty() ? further : childList("extra_extractors", further);
    }

    private static Extractor extractor(Spec spec) {
        return new Extractor(spec.dim, 1, spec.attention, spec.ffnRatio, spec.dropPath);
    }

    /** Tokens as they enter the blocks: {@code [B, N, D], [B, S, D] -> [B, N, D]}. */
    public Tensor inject(Tensor x, Tensor c, Places places) {
        return injector == null ? x : injector.forward(x, c, places);
    }

    /** Spatial features after the blocks: {@code [B, S, D], [B, N, D] -> [B, S, D]}. */
    public Tensor extract(Tensor c, Tensor x, Places places) {
        for (Extractor extractor : extractors) {
            c = extractor.forward(c, x, places);
        }
        return c;
    }

    /** The first extractor, and those behind it. */
    public List<Extractor> extractors() {
        return extractors;
    }
}
