package dev.fovea.dense.detect.single;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.Truths;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SingleStageTest {
    private static final Size SIZE = Size.square(64);
    private static final TargetRules TARGETS = new TargetRules(3, -1, -1);

    static Stream<Arguments> specs() {
        DenseFrame frame = new DenseFrame(8, 4, 1, 2, 4);
        TestRules results = new TestRules(0, 20, new HardNms(0.6), 10);
        return Stream.of(
                Arguments.of(
                        new AtssSpec(frame, TARGETS, new AtssHead.LossSettings(0.25, 2, 1, 2, 1), results),
                        List.of("loss_cls", "loss_bbox", "loss_centerness")),
                Arguments.of(
                        new GflSpec(frame, TARGETS, new GflHead.LossSettings(6, 2, 1, 2, 0.25), results),
                        List.of("loss_cls", "loss_bbox", "loss_dfl")));
    }

    private static Detector build(DetectorSpec spec) {
        VitSpec backbone = new VitSpec(SIZE, 16, 24, 4, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
        return spec.build(backbone.build(Use.DENSE), 2);
    }

    private static Tensor images() {
        return torch.randn(2, 3, 64, 64);
    }

    /** The total is a sum of the parts: another order would round it in another way. */
    @ParameterizedTest
    @MethodSource("specs")
    void partsComeInTheReferencesOrder(DetectorSpec spec, List<String> names) {
        Losses losses = build(spec).losses(images(), List.of(Truths.two(), Truths.two()));
        assertThat(losses.parts().keySet()).containsExactlyElementsOf(names);
        losses.parts().values().forEach(part -> assertThat(Tensors.item(part)).isPositive());
    }

    @ParameterizedTest
    @MethodSource("specs")
    void imagesWithoutObjectsAreTrainedOn(DetectorSpec spec, List<String> names) {
        List<GroundTruth> none = List.of(Truths.none(), Truths.none());
        Losses losses = build(spec).losses(images(), none);
        losses.total().backward();
        assertThat(Tensors.item(losses.total())).isFinite();
        names.forEach(name -> {
            double loss = Tensors.item(losses.parts().get(name));
            assertThat(loss > 0).as(name).isEqualTo(name.equals("loss_cls"));
        });
    }

    @ParameterizedTest
    @MethodSource("specs")
    void whatIsFoundLiesInTheOriginalImage(DetectorSpec spec, List<String> names) {
        Detector detector = build(spec);
        detector.train(false);
        ImageSize size = new ImageSize(new Size(48, 64), SIZE, new Size(96, 256));
        try (NoGrad off = new NoGrad()) {
            DetectionResult first =
                    detector.detect(images(), List.of(size, ImageSize.of(SIZE))).get(0);
            assertThat(first.count()).isBetween(1, 10);
            float[] sides = Tensors.toFloats(first.boxes());
            for (int i = 0; i < sides.length; i++) {
                assertThat(sides[i]).isBetween(0f, i % 2 == 0 ? 256f : 96f);
            }
        }
    }
}
