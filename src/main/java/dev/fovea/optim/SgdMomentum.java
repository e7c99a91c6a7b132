package dev.fovea.optim;

import dev.fovea.tensor.Scripts;
import java.util.List;
import org.bytedeco.pytorch.IValue;

/** Gradient descent with momentum and coupled weight decay, the arithmetic of {@code torch.optim.SGD}. */
public final class SgdMomentum extends Optimizer {
    private static final String SCRIPT =
            """
            def sgd(p: List[Tensor], g: List[Tensor], mu: List[Tensor], lr: float, decay: float, momentum: float):
                update = torch._foreach_add(g, p, alpha=decay)
                torch._foreach_mul_(mu, momentum)
                torch._foreach_add_(mu, update)
                torch._foreach_add_(p, mu, alpha=-lr)
            """;

    private final double momentum;

    public SgdMomentum(List<ParamGroup> groups, double momentum) {
        super(groups, Slot.full("momentum"));
        this.momentum = momentum;
    }

    @Override
    protected void update(ParamGroup group, TensorLists tensors, double lr) {
        Scripts.call(
                SCRIPT,
                "sgd",
                tensors.parameters(),
                tensors.gradients(),
                tensors.slot(0),
                new IValue(lr),
                new IValue(group.weightDecay()),
                new IValue(momentum));
    }
}
