package dev.fovea.eval;

import dev.fovea.tensor.Shapes;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cached features of a data set.
 *
 * @param values float32 {@code [N, D]}
 * @param labels int64 {@code [N]}
 */
public record Features(Tensor values, Tensor labels) {
    public Features {
        if (values.dim() != 2 || labels.dim() != 1 || values.size(0) != labels.size(0) || values.size(0) == 0) {
            throw new IllegalArgumentException("features %s do not fit labels %s: want [N, D] and [N], N > 0"
                    .formatted(Shapes.text(values), Shapes.text(labels)));
        }
        if (values.scalar_type().intern() != ScalarType.Float) {
            throw new IllegalArgumentException(
                    "features must be float32, not " + values.scalar_type().intern());
        }
    }

    /** The same, which outlive the scope that they were computed in. */
    public Features retained() {
        return new Features(values.retainReference(), labels.retainReference());
    }

    public long count() {
        return values.size(0);
    }

    public long dim() {
        return values.size(1);
    }

    /** The samples with these numbers. */
    public Features at(Tensor indices) {
        return new Features(values.index_select(0, indices), labels.index_select(0, indices));
    }
}
