package dev.fovea.pretrain.beit2;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The processes that learn one codebook together. All that a codebook learns from are sums over tokens, so that codebooks
 * stay equal when those sums are taken over all processes.
 *
 * @param rank of this process, from 0
 * @param count of processes
 * @param sum adds up a tensor over all processes; every process must call it, with the same shape
 */
public record Ranks(int rank, int count, UnaryOperator<Tensor> sum) {
    /** A process alone. */
    public static final Ranks ONE = new Ranks(0, 1, UnaryOperator.identity());

    /**
     * Tokens drawn at random, the same on every process: all different where this process has enough of them.
     *
     * @param tokens of this process, {@code [N, C]}
     * @return {@code [wanted, C]}; row i is one of process {@code i % count}
     */
    Tensor sample(Tensor tokens, long wanted) {
        long n = tokens.size(0);
        Tensor picks = n >= wanted
                ? torch.argsort(Draws.uniform(n), true, 0, false).narrow(0, 0, wanted)
                : Draws.uniform(wanted).mul(new Scalar((double) n)).to(ScalarType.Long);
        Tensor chosen = tokens.index_select(0, picks);
        if (count == 1) {
            return chosen;
        }
        Tensor own = Tensors.range(0, wanted).remainder(new Scalar(count)).eq(new Scalar(rank));
        return sum.apply(chosen.mul(own.to(chosen.scalar_type()).unsqueeze(1)));
    }
}
