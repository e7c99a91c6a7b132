package dev.fovea.optim;

import dev.fovea.tensor.Scripts;
import java.util.List;
import org.bytedeco.pytorch.IValue;

/**
 * Layer-wise adaptive rate scaling (You et al. 2017) as MAE's util/lars.py has it, for linear probes on large batches:
 * tensors of one dimension get plain momentum, without decay and without scaling.
 */
public final class Lars extends Optimizer {
    private static final String SCRIPT =
            """
            def lars(p: List[Tensor], g: List[Tensor], mu: List[Tensor],
                     lr: float, decay: float, momentum: float, trust: float):
                for i in range(len(p)):
                    update = g[i]
                    if p[i].dim() > 1:
                        update = update.add(p[i], alpha=decay)
                        weight = torch.norm(p[i])
                        length = torch.norm(update)
                        both = (weight > 0).logical_and(length > 0)
                        update = update * torch.where(both, trust * weight / length, torch.ones_like(weight))
                    mu[i].mul_(momentum).add_(update)
                    p[i].add_(mu[i], alpha=-lr)
            """;

    private final double momentum;
    private final double trust;

    /** Official settings: momentum 0.9, trust coefficient 0.001. */
    public Lars(List<ParamGroup> groups, double momentum, double trust) {
        super(groups, Slot.full("mu"));
        this.momentum = momentum;
        this.trust = trust;
    }

    @Override
    protected void update(ParamGroup group, TensorLists tensors, double lr) {
        Scripts.call(
                SCRIPT,
                "lars",
                tensors.parameters(),
                tensors.gradients(),
                tensors.slot(0),
                new IValue(lr),
                new IValue(group.weightDecay()),
                new IValue(momentum),
                new IValue(trust));
    }
}
