package dev.fovea.dense.detect.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.instance.Segment;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.mask2former.Mask2FormerSettings;
import dev.fovea.dense.mask2former.MaskInference.PanopticRule;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Mask2FormerDetectorTest {
    private static final int SIDE = 64;
    /** An image of 48 x 56 pixels, padded to 64 x 64, of a file of twice its size. */
    private static final ImageSize PLACED = new ImageSize(new Size(48, 56), Size.square(SIDE), new Size(96, 112));

    private static final float[] BOXES = {8, 8, 24, 40, 32, 16, 56, 32};

    private final Tensor images = Tensors.zeros(1, 3, SIDE, SIDE);
    private Detector detector;

    @BeforeEach
    void build() {
        Draws.seed(5, 0);
        Mask2FormerDetectorSpec spec = new Mask2FormerDetectorSpec(
                32,
                2,
                6,
                4,
                new Mask2FormerSettings.Encoder(1, 2, 32),
                new Mask2FormerSettings.Decoder(2, 32),
                new Mask2FormerSettings.Loss(256, 3, 0.75, 2, 5, 5, 0.1),
                8);
        VitSpec backbone = new VitSpec(Size.square(SIDE), 16, 32, 2, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
        detector = spec.build(backbone.build(Use.DENSE), 2);
        box(images.select(0, 0).select(0, 0), 0).fill_(new Scalar(3));
        box(images.select(0, 0).select(0, 2), 1).fill_(new Scalar(-3));
    }

    private static Tensor box(Tensor map, int g) {
        return map.narrow(0, (long) BOXES[4 * g + 1], (long) (BOXES[4 * g + 3] - BOXES[4 * g + 1]))
                .narrow(1, (long) BOXES[4 * g], (long) (BOXES[4 * g + 2] - BOXES[4 * g]));
    }

    private static GroundTruth truth() {
        Tensor masks = torch.zeros(new long[] {2, SIDE, SIDE}, Tensors.options(ScalarType.Byte));
        box(masks.select(0, 0), 0).fill_(new Scalar(1));
        box(masks.select(0, 1), 1).fill_(new Scalar(1));
        return new GroundTruth(PLACED, Tensors.of(BOXES, 2, 4), Tensors.of(new long[] {1, 0}, 2), masks, null);
    }

    private void learn(int steps) {
        TensorVector parameters =
                new TensorVector(detector.parametersByName().values().toArray(Tensor[]::new));
        try (var adam = new Adam(parameters, new AdamOptions(2e-3))) {
            for (int i = 0; i < steps; i++) {
                try (PointerScope scope = new PointerScope()) {
                    adam.zero_grad();
                    detector.losses(images, List.of(truth())).total().backward();
                    adam.step();
                }
            }
        }
    }

    @Test
    void whatItHasLearnedByHeartIsFoundAtTheSizeOfTheFile() {
        learn(120);
        detector.eval();
        try (NoGrad off = new NoGrad()) {
            requireObjects(detector.detect(images, List.of(PLACED)).get(0));
            requireSegments((Mask2FormerDetector) detector);
        }
    }

    /** Class 0 is stuff from here on. */
    private void requireSegments(Mask2FormerDetector model) {
        model.setThings(new boolean[] {false, true});
        Panoptic cut = model.segments(images, List.of(PLACED), new PanopticRule(0.5, 0.5, true))
                .get(0);
        assertThat(List.of(cut.height(), cut.width())).containsExactly(96, 112);
        assertThat(cut.segments()).extracting(Segment::label).containsExactlyInAnyOrder(0, 1);
        int[] places = cut.places();
        int first = places[48 * 112 + 32], second = places[48 * 112 + 88]; // the middles of the two boxes
        assertThat(cut.segments().get(first - 1).label()).isOne();
        assertThat(cut.segments().get(second - 1).label()).isZero();
        assertThat(places[95 * 112]).isZero();
        long[] labels =
                Tensors.toLongs(model.detect(images, List.of(PLACED)).get(0).labels());
        assertThat(labels).isNotEmpty().containsOnly(1);
    }

    private static void requireObjects(DetectionResult found) {
        assertThat(found.count()).isBetween(2, 8);
        long[] labels = Tensors.toLongs(found.labels());
        assertThat(List.of(labels[0], labels[1])).containsExactlyInAnyOrder(0L, 1L);
        float[] scores = Tensors.toFloats(found.scores());
        for (int i = 1; i < scores.length; i++) {
            assertThat(scores[i]).isLessThanOrEqualTo(scores[i - 1]);
        }
        for (int i = 0; i < 2; i++) {
            int wanted = labels[i] == 1 ? 0 : 1;
            float[] box = Tensors.toFloats(found.boxes().select(0, i));
            for (int side = 0; side < 4; side++) {
                assertThat(box[side]).isCloseTo(2 * BOXES[4 * wanted + side], within(8f));
            }
            Rle mask = found.masks().get(i);
            assertThat(List.of(mask.height(), mask.width())).containsExactly(96, 112);
            assertThat((float) mask.box().x()).isEqualTo(box[0]);
        }
    }

    @Test
    void anImageWithoutObjectsTeachesThatNoQueryHasOne() {
        GroundTruth none = new GroundTruth(
                PLACED,
                Tensors.zeros(0, 4),
                Tensors.of(new long[0], 0),
                torch.zeros(new long[] {0, SIDE, SIDE}, Tensors.options(ScalarType.Byte)),
                null);
        Losses losses = detector.losses(images, List.of(none));
        assertThat(losses.parts()).containsOnlyKeys("loss_earlier", "loss_cls", "loss_mask", "loss_dice");
        assertThat(Tensors.item(losses.parts().get("loss_mask"))).isZero();
        assertThat(Tensors.item(losses.total())).isPositive();
    }

    @Test
    void settingsThatDoNotFitAreNamed() {
        assertThatThrownBy(() -> new Mask2FormerDetectorSpec(
                        30,
                        4,
                        6,
                        4,
                        new Mask2FormerSettings.Encoder(1, 2, 32),
                        new Mask2FormerSettings.Decoder(2, 32),
                        new Mask2FormerSettings.Loss(256, 3, 0.75, 2, 5, 5, 0.1),
                        8))
                .hasMessage("channels 30 is not a multiple of heads 4, of groups 4 and of 4");
    }
}
