package dev.fovea.nn;

import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Multi-scale deformable attention (Zhu et al. 2021; ViT-Adapter ops/modules/ms_deform_attn.py): each query
 * {@code [B, Q, D]} looks at a few learned points around its reference in every level of {@code [B, S, D]}. Positions, weights
 * and sampled sums are float32 whatever the autocast.
 */
public final class DeformableAttention extends Layer implements CrossAttention {
    /** How sampled values are summed; only a benchmark or a test has a reason to force the reference formulation. */
    public enum Sampling {
        /** One bag of weighted rows for each query and head. */
        BAGS,
        /** One grid sampler per level, as in the reference implementations. */
        GRID_SAMPLER
    }

    private static volatile Sampling sampling = Sampling.BAGS;

    /** Forces a formulation for the whole process. */
    public static void use(Sampling forced) {
        sampling = forced;
    }

    private final Spec spec;
    private final Linear samplingOffsets;
    private final Linear attentionWeights;
    private final Linear valueProj;
    private final Linear outputProj;

    /**
     * @param points sampled per query, head and level
     * @param ratio width of the values, as a share of {@code dim}
     */
    public record Spec(int dim, int levels, int heads, int points, double ratio) {
        public Spec {
            if (levels < 1 || points < 1) {
                throw new IllegalArgumentException(
                        "deformable attention needs levels and points of at least 1, not %d and %d"
                                .formatted(levels, points));
            }
            int width = (int) (dim * ratio);
            if (heads < 1 || width < heads || width % heads != 0) {
                throw new IllegalArgumentException(
                        "deformable attention: values %d wide (dim %d times ratio %s) are not divisible by heads %d"
                                .formatted(width, dim, ratio, heads));
            }
        }

        int valueWidth() {
            return (int) (dim * ratio);
        }
    }

    public DeformableAttention(Spec spec) {
        this.spec = spec;
        int sampled = spec.heads() * spec.levels() * spec.points();
        samplingOffsets = child("sampling_offsets", new Linear(spec.dim(), 2 * sampled));
        attentionWeights = child("attention_weights", new Linear(spec.dim(), sampled));
        valueProj = child("value_proj", new Linear(spec.dim(), spec.valueWidth()));
        outputProj = child("output_proj", new Linear(spec.valueWidth(), spec.dim()));
        reset();
    }

    /** Starts as released: no attention is preferred, and head h looks in direction 2 pi h / heads, point p at distance p + 1. */
    public void reset() {
        Init.zeros(samplingOffsets.weight());
        Init.copy(samplingOffsets.bias(), directions());
        Init.zeros(attentionWeights.weight());
        Init.zeros(attentionWeights.bias());
        Init.xavierUniform(valueProj.weight());
        Init.zeros(valueProj.bias());
        Init.xavierUniform(outputProj.weight());
        Init.zeros(outputProj.bias());
    }

    private Tensor directions() {
        int heads = spec.heads(), levels = spec.levels(), points = spec.points();
        float[] bias = new float[heads * levels * points * 2];
        int next = 0;
        for (int h = 0; h < heads; h++) {
            double angle = 2 * Math.PI * h / heads;
            double longest = Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)));
            for (int i = 0; i < levels * points; i++) {
                int distance = i % points + 1;
                bias[next++] = (float) (Math.cos(angle) / longest * distance);
                bias[next++] = (float) (Math.sin(angle) / longest * distance);
            }
        }
        return Tensors.of(bias, bias.length);
    }

    @Override
    public Tensor forward(Tensor query, Tensor reference, Tensor features, List<MapSize> levels, Tensor padded) {
        requireFit(features, levels);
        long b = query.size(0), q = query.size(1);
        Tensor value = Tap.mark("value_proj", valueProj.forward(features));
        Tensor offsets = Tap.mark("sampling_offsets", samplingOffsets.forward(query));
        Tensor logits = Tap.mark("attention_logits", attentionWeights.forward(query));
        Tensor sampled;
        try (Precision.Scope exact = Precision.FP32.open()) {
            Tensor values = value.to(ScalarType.Float);
            if (padded != null) {
                values = values.masked_fill(padded.unsqueeze(2), new Scalar(0));
            }
            values = values.reshape(b, features.size(1), spec.heads(), -1);
            long[] each = {b, q, spec.heads(), spec.levels(), spec.points()};
            Tensor weights = torch.softmax(logits.to(ScalarType.Float).reshape(b, q, spec.heads(), -1), -1)
                    .reshape(each);
            Tensor offset = offsets.to(ScalarType.Float).reshape(b, q, spec.heads(), spec.levels(), spec.points(), 2);
            Tensor x = place(reference, offset, levels, 0), y = place(reference, offset, levels, 1);
            mark(x, y, weights);
            sampled = sampling == Sampling.BAGS
                    ? new DeformableSampling(levels, values).sum(values, x, y, weights)
                    : GridSampling.sum(levels, values, x, y, weights);
        }
        return outputProj.forward(Tap.mark("sampled", sampled));
    }

    /** Where each query looks and what it counts there, as shares of the image. */
    private static void mark(Tensor x, Tensor y, Tensor weights) {
        if (Tap.isOpen()) {
            Tap.mark("sampling_places", Tensors.stack(-1, List.of(x, y))); // [B, Q, heads, L, points, 2]
            Tap.mark("sampling_weights", weights); // [B, Q, heads, L, points]
        }
    }

    /** Positions along one axis (0 = x, 1 = y): {@code [B, Q, heads, L, points]}. */
    private Tensor place(Tensor reference, Tensor offset, List<MapSize> levels, int axis) {
        Tensor centre = reference.select(3, axis).unsqueeze(2).unsqueeze(4); // [., Q, 1, L, 1]
        Tensor away = offset.select(5, axis);
        if (reference.size(3) == 2) {
            double[] sizes = levels.stream()
                    .mapToDouble(level -> axis == 0 ? level.width() : level.height())
                    .toArray();
            Tensor cells = Tensors.of(sizes, sizes.length, 1).to(away.device(), ScalarType.Float);
            return centre.add(away.div(cells));
        }
        Tensor extent = reference.select(3, 2 + axis).unsqueeze(2).unsqueeze(4);
        return centre.add(away.div(new Scalar(spec.points())).mul(extent).mul(new Scalar(0.5)));
    }

    private void requireFit(Tensor features, List<MapSize> levels) {
        require(
                levels.size() == spec.levels(),
                "deformable attention was built for %d levels, not for %d",
                spec.levels(),
                levels.size());
        long tokens = levels.stream().mapToLong(MapSize::area).sum();
        require(
                tokens == features.size(1),
                "deformable attention: levels %s have %d cells, features %s have %d",
                levels,
                tokens,
                Shapes.text(features),
                features.size(1));
    }
}
