package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MaxIouAssignerTest {
    private static final MaxIouAssigner STRICT = new MaxIouAssigner(0.7, 0.3, 0.3, false);
    private static final MaxIouAssigner LENIENT = new MaxIouAssigner(0.7, 0.3, 0.3, true);
    private final RandomBoxes random = new RandomBoxes(3);

    /** One object of 10 x 10; boxes that cover 100 %, 50 %, 40 % and nothing of it. */
    private static final Tensor BOXES =
            Tensors.of(new float[] {0, 0, 10, 10, 0, 0, 10, 5, 0, 0, 10, 4, 50, 50, 60, 60}, 4, 4);

    private static final Tensor OBJECT = Tensors.of(new float[] {0, 0, 10, 10}, 1, 4);

    @Test
    void goodBoxesAreObjectsBadOnesBackgroundAndTheRestNeither() {
        assertThat(truths(STRICT, BOXES, OBJECT))
                .containsExactly(0, Assignment.IGNORED, Assignment.IGNORED, Assignment.BACKGROUND);
    }

    @Test
    void anObjectWithoutGoodBoxesTakesItsBestWhereThatIsAllowed() {
        Tensor poor = BOXES.narrow(0, 1, 3);
        assertThat(truths(STRICT, poor, OBJECT)).doesNotContain(0);
        assertThat(truths(LENIENT, poor, OBJECT)).containsExactly(0, Assignment.IGNORED, Assignment.BACKGROUND);
    }

    @Test
    void allBoxesThatTieForTheBestAreTakenOrTheFirst() {
        Tensor twins = Tensors.of(new float[] {0, 0, 10, 5, 0, 5, 10, 10}, 2, 4);
        assertThat(truths(LENIENT, twins, OBJECT)).containsExactly(0, 0);
        assertThat(truths(new MaxIouAssigner(0.7, 0.3, 0.3, true, false), twins, OBJECT))
                .containsExactly(0, Assignment.IGNORED);
    }

    @Test
    void aLaterObjectTakesTheBoxThatItTiesFor() {
        Tensor twice = Tensors.cat(0, OBJECT, OBJECT);
        assertThat(truths(STRICT, BOXES.narrow(0, 0, 1), twice)).containsExactly(0);
        assertThat(truths(LENIENT, BOXES.narrow(0, 0, 1), twice)).containsExactly(1);
    }

    @Test
    void withoutObjectsAllIsBackground() {
        assertThat(truths(LENIENT, BOXES, Tensors.zeros(0, 4))).containsOnly(Assignment.BACKGROUND);
    }

    @Test
    void withoutBoxesNothingIsAssigned() {
        assertThat(truths(LENIENT, Tensors.zeros(0, 4), OBJECT)).isEmpty();
    }

    @Test
    void howManyOverlapsAreHeldAtATimeMakesNoDifference() {
        Tensor boxes = random.boxes(300, 100), objects = random.boxes(17, 100);
        MaxIouAssigner assigner = new MaxIouAssigner(0.5, 0.3, 0.2, true);
        long[] atOnce = truths(assigner, boxes, objects);
        for (long chunk : new long[] {1, 700, 1500}) {
            assertThat(Tensors.toLongs(assigner.assigned(boxes, objects, chunk)))
                    .containsExactly(atOnce);
        }
        assertThat(atOnce).contains(Assignment.BACKGROUND, Assignment.IGNORED, 0);
    }

    @Test
    void boundsMustBeInOrder() {
        assertThatThrownBy(() -> new MaxIouAssigner(0.3, 0.7, 0.3, true))
                .hasMessage("assigner wants 0 <= negative <= positive <= 1, not negative 0.7, positive 0.3");
    }

    private static long[] truths(MaxIouAssigner assigner, Tensor boxes, Tensor objects) {
        return Tensors.toLongs(assigner.assign(boxes, objects).truths());
    }
}
