package dev.fovea.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class DecompositionTest {
    /** Images of two pixels, three classes: probabilities pixel by pixel. */
    private static void add(Decomposition parts, float[] first, float[] second, long... labels) {
        float[] both = new float[6];
        for (int k = 0; k < 3; k++) {
            both[2 * k] = first[k];
            both[2 * k + 1] = second[k];
        }
        Tensor probabilities = Tensors.of(both, 1, 3, 1, 2);
        parts.add(probabilities, Tensors.of(labels, 1, 1, 2));
    }

    @Test
    void aPerfectSegmentationIsPerfectInBothParts() {
        Decomposition parts = new Decomposition(3);
        add(parts, new float[] {0.9f, 0.1f, 0}, new float[] {0.1f, 0.8f, 0.1f}, 0, 1);
        add(parts, new float[] {0, 0, 1}, new float[] {0, 0.1f, 0.9f}, 2, 2);
        assertThat(parts.values().values()).allMatch(value -> Math.abs(value - 1) < 1e-9);
    }

    @Test
    void aClassThatIsNotThereHurtsWhatAndNotWhere() {
        Decomposition parts = new Decomposition(3);
        // the right order of the present classes, but class 2 is taken for present everywhere
        add(parts, new float[] {0.3f, 0.1f, 0.6f}, new float[] {0.1f, 0.3f, 0.6f}, 0, 1);
        add(parts, new float[] {0.1f, 0.4f, 0.5f}, new float[] {0.2f, 0.3f, 0.5f}, 2, 255);
        Map<String, Double> values = parts.values();
        assertThat(values.get("mIoU_where")).isEqualTo(1.0);
        assertThat(values.get("mIoU")).isCloseTo((0 + 0 + 1 / 3.0) / 3, within(1e-9));
        // class 0: 0.3 against 0.2 right; class 1: 0.4 of the wrong image first; class 2: 0.6 of the wrong image first
        assertThat(values.get("mAP_what")).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-9));
    }

    @Test
    void rightClassesInWrongPlacesHurtWhereAndNotWhat() {
        Decomposition parts = new Decomposition(3);
        add(parts, new float[] {0.2f, 0.8f, 0}, new float[] {0.8f, 0.2f, 0}, 0, 1);
        add(parts, new float[] {0, 0, 1}, new float[] {0, 0, 1}, 2, 2);
        Map<String, Double> values = parts.values();
        assertThat(values.get("mAP_what")).isEqualTo(1.0);
        assertThat(values.get("mIoU_where")).isCloseTo(1 / 3.0, within(1e-9));
        assertThat(values.get("mIoU")).isEqualTo(values.get("mIoU_where"));
    }

    @Test
    void classesOfNoImageAreLeftOut() {
        Decomposition parts = new Decomposition(3);
        add(parts, new float[] {0.9f, 0.1f, 0}, new float[] {0.9f, 0.1f, 0}, 0, 0);
        assertThat(parts.values().get("mAP_what")).isEqualTo(1.0);
    }
}
