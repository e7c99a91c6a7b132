package dev.fovea.pretrain.beit2;

import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Recompute;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.beit2.QuantizerSpec.Learning;
import dev.fovea.pretrain.beit2.QuantizerSpec.Start;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Replaces features by the nearest entries of a codebook on the sphere (Peng et al. 2022, section 2.2; microsoft/unilm
 * beit2, norm_ema_quantizer.py): {@code [.., C] -> [.., C]}, in float32 whatever the precision around it.
 */
public final class VectorQuantizer extends Layer {
    /** Rows whose distances to all codes are held at once. */
    private static final int ROWS = 4096;

    private final QuantizerSpec spec;
    private final Tensor codebook;
    private final Tensor started;
    private final CodeUsage usage;
    /** What the training passes since the last step have seen; no part of a checkpoint, which lies between steps. */
    private final TokenSums seen;
    /** Tokens to restart codes from, {@code [K, C]}; null = codes are never restarted. */
    private final Tensor spare;

    private boolean learns;
    private Ranks ranks = Ranks.ONE;

    /**
     * @param values of unit length, the gradient passed straight through to the features
     * @param codes of the features, int64 {@code [..]}
     * @param loss draws features to their codes, and codes to their features where the codebook has gradients; a scalar
     */
    public record Quantized(Tensor values, Tensor codes, Tensor loss) {}

    public VectorQuantizer(QuantizerSpec spec) {
        this.spec = spec;
        Tensor entries = Tensors.zeros(spec.codes(), spec.dim());
        if (spec.start() == Start.RANDOM) {
            Init.normal(entries, 1);
            entries = Sphere.project(entries);
        }
        codebook = spec.learning() == Learning.EMA ? buffer("codebook", entries) : parameter("codebook", entries);
        started = buffer("started", Tensors.full(spec.start() == Start.RANDOM ? 1 : 0, 1));
        usage = child("usage", new CodeUsage(spec.codes(), spec.decay()));
        seen = TokenSums.none(spec.codes(), spec.dim());
        spare = spec.restartAfter() > 0 ? Tensors.zeros(spec.codes(), spec.dim()) : null;
    }

    /** Shares the learning with other processes. */
    public void synchronise(Ranks all) {
        ranks = all;
    }

    /** Looks the features up; in training they are kept in mind for {@link #endStep}. */
    public Quantized quantize(Tensor features) {
        try (Precision.Scope exact = Precision.FP32.open()) {
            // Its own segment: where blocks are recomputed, loss and decoder pass their gradients to z one after the
            // other.
            Tensor z = Recompute.through(Sphere::project, features.to(ScalarType.Float));
            Tensor tokens = z.reshape(-1, spec.dim()).detach();
            if (is_training()) {
                start(tokens);
            }
            Tensor nearest = nearest(tokens);
            Tensor chosen = entries().index_select(0, nearest).reshape(features.sizes());
            Tensor loss = distance(chosen.detach(), z).mul(new Scalar(spec.commitment()));
            if (spec.learning() == Learning.GRADIENT) {
                loss = loss.add(distance(chosen, z.detach()));
            }
            if (is_training()) {
                keepInMind(tokens, nearest);
            }
            Tensor codes = Tap.mark("codes", nearest.reshape(z.select(-1, 0).sizes()));
            return new Quantized(z.add(chosen.detach().sub(z.detach())), codes, loss);
        }
    }

    /** The mean over all channels of the squared difference. */
    private static Tensor distance(Tensor code, Tensor feature) {
        return code.sub(feature).square().mean();
    }

    /** The codes alone: {@code [.., C] -> int64 [..]}. */
    public Tensor codes(Tensor features) {
        try (NoGrad off = new NoGrad();
                Precision.Scope exact = Precision.FP32.open()) {
            Tensor z = Sphere.project(features.to(ScalarType.Float));
            return nearest(z.reshape(-1, spec.dim())).reshape(z.select(-1, 0).sizes());
        }
    }

    private Tensor nearest(Tensor tokens) {
        require(
                Tensors.item(started) == 1,
                "the codebook is empty: it starts with the first training batch, or with weights from a file");
        try (NoGrad off = new NoGrad()) {
            Tensor nearest = Tensors.zeros(tokens.size(0)).to(ScalarType.Long);
            for (long row = 0; row < tokens.size(0); row += ROWS) {
                long rows = Math.min(ROWS, tokens.size(0) - row);
                Tensor distances = distances(tokens.narrow(0, row, rows));
                nearest.narrow(0, row, rows).copy_(distances.argmin(new LongOptional(1), false));
            }
            return nearest;
        }
    }

    /**
     * Squared distances of tokens to codes, {@code [N, C] -> [N, K]}. Entries that a file holds are taken as they are, of
     * unit length or not.
     */
    public Tensor distances(Tensor tokens) {
        Tensor entries = entries().detach();
        Tensor lengths =
                tokens.square().sum(1).unsqueeze(1).add(entries.square().sum(1));
        return torch.addmm(lengths, tokens, entries.t(), new Scalar(1.0), new Scalar(-2.0));
    }

    /** {@code [K, C]}; with gradients the codebook may have any length and is compared by its direction. */
    private Tensor entries() {
        return spec.learning() == Learning.EMA ? codebook : Sphere.project(codebook);
    }

    private void start(Tensor tokens) {
        if (Tensors.item(started) == 0) {
            try (NoGrad off = new NoGrad()) {
                codebook.copy_(
                        CodebookStart.clusters(tokens, spec.codes(), ranks).means());
                started.fill_(new Scalar(1));
            }
        }
    }

    private void keepInMind(Tensor tokens, Tensor nearest) {
        try (NoGrad off = new NoGrad()) {
            seen.add(tokens, nearest);
            if (spare != null) {
                spare.copy_(ranks.sample(tokens, spec.codes()));
            }
            learns = true;
        }
    }

    /**
     * Learns from the training passes since the last call, all of which have seen the same codebook; to be called after the
     * optimizer's step, since gradients must find the codebook that their pass has read.
     */
    public void endStep() {
        if (!learns) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad()) {
            TokenSums all = seen.overAll(ranks);
            usage.add(all.bins());
            if (spec.learning() == Learning.EMA) {
                codebook.copy_(Sphere.project(codebook.mul(new Scalar(spec.decay()))
                        .add(all.directions(codebook), new Scalar(1 - spec.decay()))));
            }
            if (spare != null) {
                Tensor dead = usage.takeIdle(spec.restartAfter()).unsqueeze(1);
                codebook.copy_(torch.where(dead, spare, codebook));
            }
            seen.clear();
            learns = false;
        }
    }

    public QuantizerSpec spec() {
        return spec;
    }

    public CodeUsage usage() {
        return usage;
    }

    /** The entries as they are stored, {@code [K, C]}. */
    public Tensor codebook() {
        return codebook;
    }
}
