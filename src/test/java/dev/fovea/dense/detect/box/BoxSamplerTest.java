package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class BoxSamplerTest {
    private static final int BOXES = 100;
    private final Tensor boxes = new RandomBoxes(4).boxes(BOXES, 100);
    private final Tensor objects = new RandomBoxes(5).boxes(3, 100);

    /** Every tenth box stands for an object, every tenth is ignored, the rest is background. */
    private final Assignment assignment = new Assignment(Tensors.of(
            IntStream.range(0, BOXES)
                    .mapToLong(i -> i % 10 == 0 ? i / 10 % 3 : i % 10 == 1 ? Assignment.IGNORED : Assignment.BACKGROUND)
                    .toArray(),
            BOXES));

    @Test
    void objectsAreBoundedByTheirShareAndBackgroundFillsTheRest() {
        Sample sample = new BoxSampler(20, 0.25, false).sample(assignment, boxes, objects);
        assertThat(sample.positives().size(0)).isEqualTo(5);
        assertThat(sample.negatives().size(0)).isEqualTo(15);
        Sample few = new BoxSampler(60, 0.5, false).sample(assignment, boxes, objects);
        assertThat(few.positives().size(0)).isEqualTo(10);
        assertThat(few.negatives().size(0)).isEqualTo(50);
    }

    @Test
    void ignoredBoxesAreNeverTaken() {
        Sample sample = new BoxSampler(1000, 0.5, false).sample(assignment, boxes, objects);
        assertThat(Arrays.stream(Tensors.toLongs(sample.positives())).boxed())
                .allMatch(i -> i % 10 == 0)
                .hasSize(10);
        assertThat(Arrays.stream(Tensors.toLongs(sample.negatives())).boxed())
                .allMatch(i -> i % 10 > 1)
                .hasSize(80);
    }

    @Test
    void numbersAscendAndBoxesBelongToThem() {
        Sample sample = new BoxSampler(30, 0.25, false).sample(assignment, boxes, objects);
        assertThat(Tensors.toLongs(sample.negatives())).isSorted().doesNotHaveDuplicates();
        assertThat(Tensors.toFloats(sample.positiveBoxes()))
                .containsExactly(Tensors.toFloats(boxes.index_select(0, sample.positives())));
        assertThat(Tensors.toLongs(sample.truths()))
                .containsExactly(Arrays.stream(Tensors.toLongs(sample.positives()))
                        .map(i -> i / 10 % 3)
                        .toArray());
    }

    @Test
    void theObjectsThemselvesComeInFrontAndAreMarked() {
        Sample sample = new BoxSampler(60, 1, true).sample(assignment, boxes, objects);
        assertThat(Tensors.toFloats(sample.positiveBoxes().narrow(0, 0, 3))).containsExactly(Tensors.toFloats(objects));
        assertThat(Tensors.toLongs(sample.truths().narrow(0, 0, 3))).containsExactly(0, 1, 2);
        long[] found = Tensors.toLongs(sample.found());
        assertThat(found).hasSize(60).startsWith(0, 0, 0, 1);
        assertThat(Arrays.stream(found).sum()).isEqualTo(57);
    }

    @Test
    void backgroundCanBeBoundedByTheObjects() {
        Sample sample = new BoxSampler(50, 0.1, 2, false, Choice.EVEN).sample(assignment, boxes, objects);
        assertThat(sample.positives().size(0)).isEqualTo(5);
        assertThat(sample.negatives().size(0)).isEqualTo(10);
    }

    @Test
    void theSeedDecidesWhichAreTaken() {
        BoxSampler sampler = new BoxSampler(20, 0.25, false);
        Draws.seed(1, 1);
        long[] first =
                Tensors.toLongs(sampler.sample(assignment, boxes, objects).negatives());
        long[] second =
                Tensors.toLongs(sampler.sample(assignment, boxes, objects).negatives());
        Draws.seed(1, 1);
        long[] again =
                Tensors.toLongs(sampler.sample(assignment, boxes, objects).negatives());
        assertThat(again).containsExactly(first);
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void theEvenChoiceSpreadsOverTheOrder() {
        Tensor numbers = Tensors.range(100, 110);
        assertThat(Tensors.toLongs(Choice.EVEN.among(numbers, 4))).containsExactly(100, 102, 105, 107);
        assertThat(Tensors.toLongs(Choice.EVEN.among(numbers, 10))).containsExactly(Tensors.toLongs(numbers));
    }
}
