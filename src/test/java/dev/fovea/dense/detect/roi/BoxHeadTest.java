package dev.fovea.dense.detect.roi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.Truths;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.ClasswiseNms;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.dense.detect.box.RandomBoxes;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class BoxHeadTest {
    private static final BoxHeadSpec.Layers NONE = BoxHeadSpec.Layers.NONE;
    private static final RegionTraining TRAINING =
            new RegionTraining(new MaxIouAssigner(0.5, 0.5, 0.5, true), new BoxSampler(16, 0.25, true), 28, -1);

    private static BoxHeadSpec spec(boolean agnostic, boolean decoded) {
        BoxLoss loss = decoded ? BoxLoss.giou(10) : BoxLoss.l1();
        BoxCoder coder = BoxCoder.of(0.1, 0.1, 0.2, 0.2);
        return new BoxHeadSpec(
                4, 7, new BoxHeadSpec.Layers(1, 1), NONE, NONE, 6, 10, Norm.NONE, 2, agnostic, decoded, coder, loss, 1);
    }

    private static List<Sample> samples(GroundTruth truth) {
        return TRAINING.sample(List.of(new RandomBoxes(8).boxes(40, 64)), List.of(truth));
    }

    @Test
    void outputsAreScoresOfAllClassesAndBackgroundAndDeltas() {
        BoxHead.Output own = new BoxHead(spec(false, false)).output(torch.randn(5, 4, 7, 7));
        assertThat(Shapes.of(own.scores())).containsExactly(5, 3);
        assertThat(Shapes.of(own.deltas())).containsExactly(5, 8);
        BoxHead.Output shared = new BoxHead(spec(true, false)).output(torch.randn(5, 4, 7, 7));
        assertThat(Shapes.of(shared.deltas())).containsExactly(5, 4);
    }

    @Test
    void perfectDeltasCostNothing() {
        for (boolean decoded : new boolean[] {false, true}) {
            BoxHead head = new BoxHead(spec(false, decoded));
            GroundTruth truth = Truths.two();
            List<Sample> samples = samples(truth);
            BoxTargets targets = BoxTargets.of(head.spec(), samples, List.of(truth), -1);
            Tensor boxes = samples.get(0).boxes();
            Tensor wanted = decoded
                    ? head.spec().coder().encode(boxes, targets.boxes().add(new Scalar(1e-9)))
                    : targets.boxes();
            Tensor deltas = wanted.repeat(1, 2);
            BoxHead.Loss loss = head.loss(new BoxHead.Output(torch.zeros(16, 3), deltas), boxes, targets);
            assertThat(Tensors.item(loss.boxes())).isCloseTo(0, within(1e-4));
            assertThat(Tensors.item(loss.scores())).isCloseTo(Math.log(3), within(1e-5));
        }
    }

    @Test
    void labelsAreThoseOfTheObjectsThenBackground() {
        GroundTruth truth = Truths.two();
        List<Sample> samples = samples(truth);
        BoxTargets targets = BoxTargets.of(spec(false, false), samples, List.of(truth), 3);
        long positives = samples.get(0).positives().size(0);
        long[] labels = Tensors.toLongs(targets.labels());
        assertThat(positives).isBetween(2L, 4L);
        assertThat(labels).startsWith(0, 1).hasSize(16);
        for (int i = 0; i < 16; i++) {
            assertThat(labels[i] == 2).isEqualTo(i >= positives);
        }
        assertThat(Tensors.item(targets.labelWeights().sum())).isEqualTo(3 * positives + 16 - positives);
    }

    @Test
    void withoutObjectsOnlyTheScoresAreTrained() {
        BoxHead head = new BoxHead(spec(false, true));
        GroundTruth truth = Truths.none();
        List<Sample> samples = samples(truth);
        BoxTargets targets = BoxTargets.of(head.spec(), samples, List.of(truth), -1);
        BoxHead.Output output = head.output(torch.randn(16, 4, 7, 7));
        BoxHead.Loss loss = head.loss(output, samples.get(0).boxes(), targets);
        loss.scores().add(loss.boxes()).backward();
        assertThat(Tensors.item(loss.boxes())).isZero();
        assertThat(Tensors.item(head.parametersByName()
                        .get("fc_reg.weight")
                        .grad()
                        .abs()
                        .sum()))
                .isZero();
        assertThat(Tensors.item(head.parametersByName()
                        .get("fc_cls.weight")
                        .grad()
                        .abs()
                        .sum()))
                .isPositive();
    }

    @Test
    void aBoxIsRefinedByTheDeltasOfItsClass() {
        BoxHead head = new BoxHead(spec(false, false));
        Tensor boxes = new RandomBoxes(9).boxes(2, 64);
        Tensor deltas = Tensors.cat(1, torch.zeros(2, 4), new RandomBoxes(10).spread(1, 2, 4));
        Tensor refined = head.refine(boxes, Tensors.of(new long[] {0, 1}, 2), deltas, Size.square(64));
        assertThat(Tensors.toFloats(refined.select(0, 0)))
                .containsExactly(Tensors.toFloats(boxes.select(0, 0)), within(1e-4f));
        assertThat(Tensors.item(
                        refined.select(0, 1).sub(boxes.select(0, 1)).abs().sum()))
                .isGreaterThan(0.1);
    }

    @Test
    void noBoxesAreRefinedToNone() {
        for (boolean agnostic : new boolean[] {false, true}) {
            BoxHead head = new BoxHead(spec(agnostic, false));
            BoxHead.Output output = head.output(torch.zeros(0, 4, 7, 7));
            Tensor classes = head.bestClass(output.scores());
            Tensor refined = head.refine(torch.zeros(0, 4), classes, output.deltas(), Size.square(64));
            assertThat(Shapes.of(refined)).containsExactly(0, 4);
        }
    }

    @Test
    void whatIsFoundIsInPixelsOfTheOriginal() {
        BoxHead head = new BoxHead(spec(true, false));
        Tensor boxes = Tensors.of(new float[] {10, 20, 30, 60}, 1, 4);
        ImageSize size = new ImageSize(Size.square(64), Size.square(64), new Size(128, 32));
        RegionUse use = new RegionUse(new ClasswiseNms(0.3, new HardNms(0.5), 5), 0.5);
        Tensor scores = Tensors.of(new float[] {0.1f, 0.6f, 0.3f}, 1, 3);
        ScoredBoxes found = head.found(boxes, scores, torch.zeros(1, 4), size, use);
        assertThat(Tensors.toFloats(found.boxes())).containsExactly(new float[] {5, 40, 15, 120}, within(1e-4f));
        assertThat(Tensors.toLongs(found.labels())).containsExactly(1);
    }

    /** Only boxes whose scores are high enough are moved, which makes no difference to them. */
    @Test
    void whatIsFoundIsWhatIsLeftOfAllMovedBoxes() {
        ImageSize size = new ImageSize(new Size(60, 50), Size.square(64), new Size(128, 32));
        ClasswiseNms nms = new ClasswiseNms(0.3, new HardNms(0.5), 9);
        for (boolean agnostic : new boolean[] {false, true}) {
            BoxHead head = new BoxHead(spec(agnostic, false));
            Tensor boxes = new RandomBoxes(11).boxes(37, 64);
            Tensor deltas = new RandomBoxes(12).spread(1, 37, agnostic ? 4 : 8);
            Tensor scores = new RandomBoxes(13).spread(2, 37, 3).softmax(1);
            ScoredBoxes found = head.found(boxes, scores, deltas, size, new RegionUse(nms, 0.5));
            Tensor moved = head.spec().coder().decode(boxes, deltas, size.content());
            Tensor all = size.toOriginal(moved.reshape(37, -1, 4)).reshape(37, -1);
            ScoredBoxes expected = nms.apply(all, scores.narrow(1, 0, 2));
            assertThat(Tensors.toFloats(found.boxes()))
                    .hasSize(36)
                    .containsExactly(Tensors.toFloats(expected.boxes()), within(1e-4f));
            assertThat(Tensors.toFloats(found.scores())).containsExactly(Tensors.toFloats(expected.scores()));
            assertThat(Tensors.toLongs(found.labels())).containsExactly(Tensors.toLongs(expected.labels()));
        }
    }

    @Test
    void branchesMayHaveLayersOfTheirOwn() {
        BoxHeadSpec own = new BoxHeadSpec(
                4,
                7,
                NONE,
                new BoxHeadSpec.Layers(0, 1),
                new BoxHeadSpec.Layers(2, 0),
                6,
                10,
                Norm.BATCH,
                2,
                true,
                false,
                BoxCoder.of(1, 1, 1, 1),
                BoxLoss.l1(),
                1);
        BoxHead head = new BoxHead(own);
        assertThat(head.parametersByName())
                .containsKeys("cls_fcs.0.weight", "reg_convs.1.conv.weight", "reg_convs.1.bn.weight");
        assertThat(Shapes.of(head.output(torch.randn(3, 4, 7, 7)).deltas())).containsExactly(3, 4);
    }

    @Test
    void sharedLinearLayersLeaveNoMapToConvolveInABranch() {
        BoxHeadSpec.Layers linear = new BoxHeadSpec.Layers(0, 1), convolved = new BoxHeadSpec.Layers(1, 0);
        assertThatThrownBy(() -> new BoxHeadSpec(
                        4,
                        7,
                        linear,
                        convolved,
                        NONE,
                        6,
                        10,
                        Norm.NONE,
                        2,
                        true,
                        false,
                        BoxCoder.of(1, 1, 1, 1),
                        BoxLoss.l1(),
                        1))
                .hasMessage("convolutions of a branch cannot follow linear layers that are shared");
    }
}
