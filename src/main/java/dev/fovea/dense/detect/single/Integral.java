package dev.fovea.dense.detect.single;

import dev.fovea.nn.Layer;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The mean of a distribution over 0 … most, given by logits: {@code [n, 4 (most + 1)] -> [n, 4]}. */
final class Integral extends Layer {
    private final Tensor project;

    Integral(int most) {
        project = buffer("project", Tensors.range(0, most + 1).to(ScalarType.Float));
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor shares = x.reshape(x.size(0), 4, project.size(0)).softmax(-1);
        return shares.mul(project).sum(-1);
    }
}
