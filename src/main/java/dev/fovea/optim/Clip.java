package dev.fovea.optim;

import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Scripts;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;

/** The global L2 norm over all gradients, and the limit on it ({@code torch.nn.utils.clip_grad_norm_}). */
public final class Clip {
    private static final double EPS = 1e-6;
    private static final String SCRIPT =
            """
            def norm(g: List[Tensor]) -> float:
                return torch.stack(torch._foreach_norm(g)).double().norm().item()
            def scale(g: List[Tensor], factor: float):
                torch._foreach_mul_(g, factor)
            """;

    private Clip() {}

    /**
     * Scales all gradients in place such that their norm is at most {@code limit}, and gives back the norm before: 0
     * without gradients. A norm that is not finite, as soon as one gradient value is not, leaves them as they are: the
     * caller must look at it before it takes the step.
     */
    public static double toNorm(List<Tensor> parameters, double limit) {
        if (!(limit > 0)) {
            throw new IllegalArgumentException("gradient clipping: limit %s is not above 0".formatted(limit));
        }
        try (PointerScope scope = new PointerScope();
                NoGrad guard = new NoGrad()) {
            List<Tensor> gradients = gradients(parameters);
            if (gradients.isEmpty()) {
                return 0;
            }
            IValue list = Scripts.list(gradients);
            double norm = Scripts.call(SCRIPT, "norm", list).toDouble();
            double factor = limit / (norm + EPS);
            if (factor < 1 && Double.isFinite(norm)) {
                Scripts.call(SCRIPT, "scale", list, new IValue(factor));
            }
            return norm;
        }
    }

    private static List<Tensor> gradients(List<Tensor> parameters) {
        List<Tensor> gradients = new ArrayList<>();
        for (Tensor parameter : parameters) {
            Tensor gradient = parameter.grad();
            if (gradient.defined()) {
                gradients.add(gradient);
            }
        }
        return gradients;
    }
}
