package dev.fovea.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.VitSpec;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ClassifierTest {
    /** facebookresearch/mae: 86,567,656 for ViT-B/16 with global pool and 1000 classes. */
    @Test
    void vitBaseHasThePublishedNumberOfParameters() {
        VitSpec base = new VitSpec(Size.square(224), 16, 768, 12, 12, 4, 0.1, true, PosEmbed.SINCOS, List.of());

        assertThat(new Classifier(base, Pooling.MEAN, 1000).parameterCount()).isEqualTo(86_567_656);
    }

    /** Alpha-VL/ConvMAE: 85,374,824 for the base model with 1000 classes. */
    @Test
    void convVitBaseHasThePublishedNumberOfParameters() {
        ConvVitSpec base = new ConvVitSpec(
                Size.square(224),
                List.of(4, 2, 2),
                List.of(256, 384, 768),
                List.of(2, 2, 11),
                12,
                List.of(4.0, 4.0, 4.0),
                5,
                0.1,
                0,
                false);

        assertThat(new Classifier(base, Pooling.MEAN, 1000).parameterCount()).isEqualTo(85_374_824);
    }

    @Test
    void smoothedLabelsGiveTheSameLossEitherWay() {
        Tensor logits = torch.randn(4, 5);
        Tensor labels = Tensors.of(new long[] {0, 3, 4, 1}, 4);

        Tensor soft = ClassificationLoss.softTarget(logits, ClassificationLoss.oneHot(labels, 5, 0.1));

        assertThat(Tensors.item(soft))
                .isCloseTo(Tensors.item(ClassificationLoss.smoothed(logits, labels, 0.1)), within(1e-6));
    }
}
