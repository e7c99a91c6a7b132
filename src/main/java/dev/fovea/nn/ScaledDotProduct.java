package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The one place that chooses how attention is computed. On CPUs the fused kernel is seven to ten times faster in float32,
 * forward and backward; in bfloat16 it does not reach the matrix units, and three explicit steps are up to eighteen times
 * faster, with and without gradients (measured with AVX-512 BF16; for training with AMX too).
 */
public final class ScaledDotProduct {
    /** How attention is computed; only a benchmark has a reason to force it. */
    public enum Path {
        CHOSEN,
        FUSED
    }

    private static volatile Path path = Path.CHOSEN;

    private ScaledDotProduct() {}

    /** Forces a path for the whole process. */
    public static void use(Path forced) {
        path = forced;
    }

    /** {@code softmax(scale q k^T + bias) v}; {@code q k v [B, heads, N, D]}, {@code bias} broadcast to [B, heads, N, N] or null. */
    public static Tensor attend(Tensor q, Tensor k, Tensor v, Tensor bias, double scale) {
        boolean onCpu = q.is_cpu();
        boolean bf16 = q.scalar_type().intern() == ScalarType.BFloat16;
        FlopCount.add(q, 2 * k.size(2)); // q k^T and the weighted sum of v
        return path == Path.CHOSEN && onCpu && (bf16 || Tap.isOpen())
                ? explicit(q, k, v, bias, scale)
                : fused(q, k, v, bias, scale);
    }

    private static Tensor explicit(Tensor q, Tensor k, Tensor v, Tensor bias, double scale) {
        Tensor logits = q.mul(new Scalar(scale)).matmul(k.transpose(-2, -1)); // [B, heads, N, N]
        Tensor weights = torch.softmax(bias == null ? logits : logits.add(bias.to(logits.scalar_type())), -1);
        return Tap.mark("attention", weights).to(v.scalar_type()).matmul(v);
    }

    private static Tensor fused(Tensor q, Tensor k, Tensor v, Tensor bias, double scale) {
        Tensor mask = bias == null ? null : bias.to(q.scalar_type());
        return torch.scaled_dot_product_attention(
                q, k, v, Tensors.optional(mask), 0.0, false, new DoubleOptional(scale), false);
    }
}
