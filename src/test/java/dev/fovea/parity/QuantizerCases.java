package dev.fovea.parity;

import dev.fovea.nn.Draws;
import dev.fovea.pretrain.beit2.CodebookStart;
import dev.fovea.pretrain.beit2.QuantizerSpec;
import dev.fovea.pretrain.beit2.QuantizerSpec.Learning;
import dev.fovea.pretrain.beit2.QuantizerSpec.Start;
import dev.fovea.pretrain.beit2.VectorQuantizer;
import dev.fovea.pretrain.beit2.VectorQuantizer.Quantized;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.VqkdNames;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The codebook of BEiT v2 alone (microsoft/unilm beit2, norm_ema_quantizer.py). */
final class QuantizerCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "quantizer_eval", QuantizerCases::evaluate,
            "quantizer_train", QuantizerCases::train,
            "quantizer_kmeans", QuantizerCases::start,
            "quantizer_kmeans_few", QuantizerCases::start);

    private QuantizerCases() {}

    static QuantizerSpec spec(int codes, int dim, double commitment, double decay, boolean kmeans) {
        Start start = kmeans ? Start.KMEANS : Start.RANDOM;
        return new QuantizerSpec(codes, dim, commitment, Learning.EMA, decay, start, 0);
    }

    private static VectorQuantizer quantizer(Case given) {
        Config config = given.config();
        VectorQuantizer quantizer = new VectorQuantizer(spec(
                config.intAt("n_embed"),
                config.intAt("embedding_dim"),
                config.doubleAt("beta"),
                config.doubleAt("decay"),
                config.boolAt("kmeans_init")));
        StateLoader.strict()
                .renaming(VqkdNames::quantizer)
                .allowingMissing("usage\\.(counts|idle)")
                .load(given.weights(), quantizer.state(), given.id());
        quantizer.train(given.training());
        return quantizer;
    }

    private static void evaluate(Case given) {
        VectorQuantizer quantizer = quantizer(given);
        Tensor z = channelsLast(given.input("z"));
        try (NoGrad off = new NoGrad()) {
            Quantized seen = quantizer.quantize(z);
            check(given, "", seen);
            Tensor tokens = unit(z);
            given.check("z_normalized", tokens);
            given.check("distances", quantizer.distances(tokens));
            // Released code counts usage in evaluation as well; here evaluation changes nothing.
            quantizer.usage().add(bins(seen.codes(), quantizer));
        }
        checkState(given, "", "", quantizer, given.weights().get("embedding.cluster_size"));
    }

    private static void train(Case given) {
        VectorQuantizer quantizer = quantizer(given);
        for (String step : List.of("", "step2.")) {
            Tensor given2 = given.input(step.isEmpty() ? "z" : "z2").clone().requires_grad_(true);
            Quantized seen = backward(given, quantizer, given2);
            check(given, step, seen);
            given.check(step + "z_normalized", unit(channelsLast(given2)));
            given.check(step + "grad.z", given2.grad());
            checkState(given, step, "", quantizer, given.weights().get("embedding.cluster_size"));
        }
    }

    private static void start(Case given) {
        VectorQuantizer quantizer = quantizer(given);
        Tensor z = given.input("z").clone().requires_grad_(true);
        Tensor tokens = unit(channelsLast(z)).detach();
        Tensor draws = draws(given.input("sample_indices"), tokens.size(0));
        CodebookStart.Clusters clusters;
        try (Draws.Replay replay = Draws.replay(List.of(draws))) {
            clusters = CodebookStart.clusters(tokens, quantizer.spec().codes());
        }
        given.check("kmeans.means", clusters.means());
        Quantized seen;
        try (Draws.Replay replay = Draws.replay(List.of(draws))) {
            seen = backward(given, quantizer, z);
        }
        if (given.outputs().containsKey("indices")) {
            given.check("kmeans.bins", clusters.bins().to(ScalarType.Long));
        }
        check(given, "", seen);
        given.check("grad.z", z.grad());
        checkState(given, "", "", quantizer, clusters.bins());
    }

    /** Uniform numbers that choose the recorded tokens: by their order, or as places where there are too few. */
    private static Tensor draws(Tensor indices, long tokens) {
        long[] chosen = Tensors.toLongs(indices);
        if (tokens < chosen.length) {
            float[] places = new float[chosen.length];
            for (int i = 0; i < places.length; i++) {
                places[i] = (chosen[i] + 0.5f) / tokens;
            }
            return Tensors.of(places, places.length);
        }
        float[] order = new float[(int) tokens];
        Arrays.fill(order, 0.99f);
        for (int i = 0; i < chosen.length; i++) {
            order[(int) chosen[i]] = 0.9f * i / chosen.length;
        }
        return Tensors.of(order, tokens);
    }

    private static Quantized backward(Case given, VectorQuantizer quantizer, Tensor z) {
        Quantized seen = quantizer.quantize(channelsLast(z));
        seen.loss()
                .add(channelsFirst(seen.values()).mul(given.input("grad_z_q")).sum())
                .backward();
        quantizer.endStep();
        return seen;
    }

    private static void check(Case given, String step, Quantized seen) {
        given.check(step + "z_q", channelsFirst(seen.values()));
        given.check(step + "loss", seen.loss());
        if (given.outputs().containsKey(step + "indices")) {
            given.check(step + "indices", seen.codes().reshape(-1));
        }
    }

    /**
     * @param place of the codebook among the outputs' names
     * @param lastBins the one use of the class's cluster_size inside its embedding; its embed_avg never changes at all
     */
    static void checkState(Case given, String step, String place, VectorQuantizer quantizer, Tensor lastBins) {
        String after = step + "after." + place;
        given.check(after + "embedding.weight", quantizer.codebook());
        given.check(after + "embedding.initted", quantizer.state().get("started"));
        if (given.outputs().containsKey(after + "cluster_size")) {
            given.check(after + "cluster_size", quantizer.usage().average());
            given.check(after + "embedding.cluster_size", lastBins);
            given.check(after + "embedding.embed_avg", given.weights().get(place + "embedding.embed_avg"));
        }
    }

    /** How many tokens chose each code, {@code [K]}. */
    static Tensor bins(Tensor codes, VectorQuantizer quantizer) {
        Tensor flat = codes.reshape(-1);
        return Tensors.zeros(quantizer.spec().codes()).index_add_(0, flat, Tensors.ones(flat.size(0)));
    }

    static Tensor channelsFirst(Tensor x) {
        return x.permute(0, 3, 1, 2);
    }

    private static Tensor channelsLast(Tensor x) {
        return x.permute(0, 2, 3, 1);
    }

    private static Tensor unit(Tensor x) {
        Tensor flat = x.reshape(-1, x.size(-1));
        return flat.div(flat.square().sum(1).sqrt().unsqueeze(1));
    }
}
