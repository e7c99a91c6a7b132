package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BoxOverlapTest {
    private final RandomBoxes random = new RandomBoxes(2);

    @Test
    void everyOverlapOfABoxWithItselfIsOne() {
        Tensor boxes = random.boxes(20, 100);
        for (BoxOverlap overlap : BoxOverlap.values()) {
            float[] all = Tensors.toFloats(overlap.aligned(boxes, boxes));
            for (float one : all) {
                assertThat(one).isCloseTo(1, within(1e-5f));
            }
        }
    }

    @Test
    void halvesOverlapByHalf() {
        Tensor whole = Tensors.of(new float[] {0, 0, 10, 10}, 1, 4);
        Tensor left = Tensors.of(new float[] {0, 0, 5, 10}, 1, 4);
        assertThat(Tensors.item(BoxOverlap.IOU.pairwise(whole, left))).isCloseTo(0.5, within(1e-6));
        assertThat(Tensors.item(BoxOverlap.IOF.pairwise(whole, left))).isCloseTo(0.5, within(1e-6));
        assertThat(Tensors.item(BoxOverlap.IOF.pairwise(left, whole))).isCloseTo(1, within(1e-6));
    }

    @Test
    void farBoxesAreApartAndTheirGeneralisedIouSaysHowFar() {
        Tensor a = Tensors.of(new float[] {0, 0, 10, 10}, 1, 4);
        Tensor b = Tensors.of(new float[] {30, 0, 40, 10}, 1, 4);
        assertThat(Tensors.item(BoxOverlap.IOU.pairwise(a, b))).isZero();
        assertThat(Tensors.item(BoxOverlap.GIOU.pairwise(a, b))).isCloseTo(-0.5, within(1e-6)); // 200 of 400 uncovered
    }

    @Test
    void measuredBoxesOverlapToTheSameBits() {
        Tensor a = random.boxes(7, 50), b = random.boxes(1003, 50);
        for (BoxOverlap overlap : BoxOverlap.values()) {
            assertThat(Tensors.toFloats(overlap.pairwise(a, Measured.of(b))))
                    .containsExactly(Tensors.toFloats(overlap.pairwise(a, b)));
        }
    }

    @Test
    void pairwiseHoldsTheAlignedOnesOnItsDiagonal() {
        Tensor a = random.boxes(7, 50), b = random.boxes(7, 50);
        for (BoxOverlap overlap : BoxOverlap.values()) {
            Tensor diagonal = overlap.pairwise(a, b).diagonal();
            assertThat(Tensors.toFloats(diagonal)).containsExactly(Tensors.toFloats(overlap.aligned(a, b)));
        }
    }

    @Test
    void overlapsDoNotDependOnWhereTheBoxesAre() {
        Tensor a = random.boxes(7, 50), b = random.boxes(9, 50);
        Tensor there = BoxOverlap.GIOU.pairwise(a.add(new Scalar(100)), b.add(new Scalar(100)));
        Tensor here = BoxOverlap.GIOU.pairwise(a, b);
        assertThat(Tensors.toFloats(there)).containsExactly(Tensors.toFloats(here), within(1e-3f));
    }

    @Test
    void boxesWithoutAreaGiveNumbers() {
        Tensor point = Tensors.of(new float[] {5, 5, 5, 5}, 1, 4);
        for (BoxOverlap overlap : BoxOverlap.values()) {
            assertThat(Tensors.item(overlap.pairwise(point, point))).isFinite();
        }
    }
}
