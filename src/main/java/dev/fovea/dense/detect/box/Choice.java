package dev.fovea.dense.detect.box;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Which of too many boxes are taken. */
public enum Choice {
    /** Any, all equally likely. */
    RANDOM {
        @Override
        Tensor places(long count, long of, Tensor beside) {
            Tensor any =
                    Tensors.pair(Draws.uniform(of).topk(count, 0, false, false)).second();
            return Tensors.pair(Tensors.beside(any, beside).sort()).first();
        }
    },
    /** Evenly spread over their order, without chance: place i is {@code i of / count}, rounded down. */
    EVEN {
        @Override
        Tensor places(long count, long of, Tensor beside) {
            return Tensors.range(0, count, beside).mul(new Scalar(of)).floor_divide(new Scalar(count));
        }
    };

    /** {@code count} different places below {@code of}, ascending. */
    abstract Tensor places(long count, long of, Tensor beside);

    /** At most {@code most} of ascending numbers, ascending. */
    Tensor among(Tensor numbers, long most) {
        long n = numbers.size(0);
        return n <= most ? numbers : numbers.index_select(0, places(most, n, numbers));
    }
}
