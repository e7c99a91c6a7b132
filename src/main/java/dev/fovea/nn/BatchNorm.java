package dev.fovea.nn;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) over dimension 1: {@code [B, C] -> [B, C]} or
 * {@code [B, C, H, W] -> [B, C, H, W]}. Batch statistics in training, running ones in evaluation (momentum 0.1, unbiased
 * variance kept).
 */
public final class BatchNorm extends Layer {
    private static final double MOMENTUM = 0.1;

    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private final Tensor batches;
    private final double eps;

    public BatchNorm(int channels) {
        this(channels, 1e-5, true);
    }

    public BatchNorm(int channels, double eps, boolean affine) {
        this.eps = eps;
        weight = affine ? parameter("weight", Tensors.ones(channels)) : null;
        bias = affine ? parameter("bias", Tensors.zeros(channels)) : null;
        runningMean = buffer("running_mean", Tensors.zeros(channels));
        runningVar = buffer("running_var", Tensors.ones(channels));
        batches = buffer("num_batches_tracked", Tensors.of(new long[] {0}));
    }

    @Override
    public Tensor forward(Tensor x) {
        boolean training = is_training();
        if (training) {
            require(
                    x.numel() != x.size(1), // none at all change nothing
                    "batch norm in training sees one value for each channel in %s, whose variance is nothing: it needs"
                            + " two images at a time, run.microBatch 2",
                    Shapes.text(x));
            batches.add_(new Scalar(1));
        }
        return torch.batch_norm(
                x,
                Tensors.optional(weight),
                Tensors.optional(bias),
                Tensors.optional(runningMean),
                Tensors.optional(runningVar),
                training,
                MOMENTUM,
                eps,
                false);
    }
}
