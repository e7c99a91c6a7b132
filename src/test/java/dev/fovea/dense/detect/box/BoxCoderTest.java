package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BoxCoderTest {
    private static final BoxCoder CODER = BoxCoder.of(0.1, 0.1, 0.2, 0.2);
    private final RandomBoxes random = new RandomBoxes(1);

    @Test
    void decodingUndoesEncoding() {
        Tensor boxes = random.boxes(50, 100), targets = random.boxes(50, 100);
        Tensor back = CODER.decode(boxes, CODER.encode(boxes, targets), Size.square(100));
        assertThat(Tensors.toFloats(back)).containsExactly(Tensors.toFloats(targets), within(1e-3f));
    }

    @Test
    void aBoxIsNoWayFromItself() {
        Tensor boxes = random.boxes(10, 100);
        assertThat(Tensors.toFloats(CODER.encode(boxes, boxes))).containsOnly(0f);
    }

    @Test
    void meansAndStdsScaleTheDeltas() {
        BoxCoder coder = new BoxCoder(List.of(1.0, 2.0, 3.0, 4.0), List.of(0.5, 0.5, 0.5, 0.5), true, 0);
        Tensor boxes = random.boxes(3, 100);
        assertThat(Tensors.toFloats(coder.encode(boxes, boxes).select(0, 0))).containsExactly(-2, -4, -6, -8);
    }

    @Test
    void decodedBoxesEndAtTheBorder() {
        Tensor boxes = random.boxes(40, 100);
        Tensor far = CODER.decode(boxes, random.spread(30, 40, 12), new Size(60, 90));
        float[] sides = Tensors.toFloats(far);
        for (int i = 0; i < sides.length; i++) {
            assertThat(sides[i]).isBetween(0f, i % 2 == 0 ? 90f : 60f);
        }
    }

    @Test
    void aSizeGrowsByAThousandSixteenthsAtMost() {
        Tensor box = Tensors.of(new float[] {0, 0, 16, 16}, 1, 4);
        Tensor deltas = Tensors.of(new float[] {0, 0, 1e6f, 0}, 1, 4);
        Tensor sides = CODER.decode(box, deltas, null);
        float[] decoded = Tensors.toFloats(sides);
        assertThat(decoded[2] - decoded[0]).isCloseTo(1000f, within(0.01f));
    }

    @Test
    void eachClassHasDeltasOfItsOwn() {
        Tensor boxes = random.boxes(5, 100), deltas = random.spread(1, 5, 12);
        Tensor all = CODER.decode(boxes, deltas, null);
        Tensor second = CODER.decode(boxes, deltas.narrow(1, 4, 4), null);
        assertThat(Tensors.toFloats(all.narrow(1, 4, 4))).containsExactly(Tensors.toFloats(second));
    }

    @Test
    void aBoundOnTheWayOfTheCentreHolds() {
        BoxCoder bounded = new BoxCoder(List.of(0.0, 0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0, 1.0), true, 5);
        Tensor box = Tensors.of(new float[] {40, 40, 60, 60}, 1, 4);
        Tensor deltas = Tensors.of(new float[] {3, -3, 0, 0}, 1, 4);
        assertThat(Tensors.toFloats(bounded.decode(box, deltas, null))).containsExactly(45, 35, 65, 55);
    }

    @Test
    void stdsMustBePositive() {
        assertThatThrownBy(() -> BoxCoder.of(0.1, 0, 0.2, 0.2))
                .hasMessage(
                        "means [0.0, 0.0, 0.0, 0.0] and stds [0.1, 0.0, 0.2, 0.2] of a box coder are not four numbers each, stds positive");
    }
}
