package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class BatchNormTest {
    /** The unbiased variance of one value is 0 / 0, which would stay in the running one for good. */
    @Test
    void oneValueForEachChannelIsRefusedInTrainingAlone() {
        BatchNorm norm = new BatchNorm(3);
        assertThatThrownBy(() -> norm.forward(torch.ones(1, 3, 1, 1)))
                .hasMessage(
                        "batch norm in training sees one value for each channel in 1x3x1x1, whose variance is nothing:"
                                + " it needs two images at a time, run.microBatch 2");
        norm.forward(torch.ones(1, 3, 2, 1));
        norm.train(false);
        norm.forward(torch.ones(1, 3, 1, 1));
        assertThat(Tensors.item(norm.state().get("running_var").sum())).isFinite();
    }
}
