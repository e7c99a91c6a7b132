package dev.fovea.optim;

import dev.fovea.tensor.Scripts;
import java.util.List;
import org.bytedeco.pytorch.IValue;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), the arithmetic of {@code torch.optim.AdamW}: one fused
 * operator per group reads and writes every value once.
 */
public final class AdamW extends Optimizer {
    private static final String SCRIPT =
            """
            def adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor],
                      lr: float, beta1: float, beta2: float, decay: float, eps: float):
                torch._foreach_add_(steps, 1)
                torch._fused_adamw_(p, g, m, v, [], steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay,
                                    eps=eps, amsgrad=False, maximize=False)
            """;

    private final Options options;

    /** Decay rates of the two moments, and what keeps the division finite. */
    public record Options(double beta1, double beta2, double eps) {
        /** PyTorch's defaults, used for fine-tuning. */
        public static final Options DEFAULT = new Options(0.9, 0.999, 1e-8);

        /** MAE, ConvMAE, iTPN pre-training. */
        public static final Options PRETRAIN = new Options(0.9, 0.95, 1e-8);

        public Options {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && eps >= 0)) {
                throw new IllegalArgumentException("AdamW: beta1 %s and beta2 %s must be in [0, 1), eps %s not negative"
                        .formatted(beta1, beta2, eps));
            }
        }
    }

    public AdamW(List<ParamGroup> groups, Options options) {
        super(groups, Slot.full("exp_avg"), Slot.full("exp_avg_sq"), Slot.scalar("step"));
        this.options = options;
    }

    @Override
    protected void update(ParamGroup group, TensorLists tensors, double lr) {
        Scripts.call(
                SCRIPT,
                "adamw",
                tensors.parameters(),
                tensors.gradients(),
                tensors.slot(0),
                tensors.slot(1),
                tensors.slot(2),
                new IValue(lr),
                new IValue(options.beta1),
                new IValue(options.beta2),
                new IValue(group.weightDecay()),
                new IValue(options.eps));
    }
}
