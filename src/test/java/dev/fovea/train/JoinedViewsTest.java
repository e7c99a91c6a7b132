package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.instance.BoundingBox;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.eval.coco.Detection;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedViewsTest {
    private static final BoundingBox BOX = new BoundingBox(10, 10, 20, 20);
    private static final BoundingBox NEAR = new BoundingBox(12, 10, 20, 20);
    private static final BoundingBox FAR = new BoundingBox(60, 10, 20, 20);
    private static final List<Detection> FOUND = List.of(
            new Detection(0, 0.6, NEAR),
            new Detection(0, 0.9, BOX),
            new Detection(1, 0.5, NEAR),
            new Detection(0, 0.4, FAR));

    @Test
    void theWorseOfTwoBoxesOfAClassGoes() {
        List<Detection> joined = new JoinedViews(new HardNms(0.5), 10).of(FOUND);
        assertThat(joined).extracting(Detection::box).containsExactly(BOX, NEAR, FAR);
        assertThat(joined).extracting(Detection::label).containsExactly(0, 1, 0);
    }

    @Test
    void orLosesScoreByTheOverlap() {
        List<Detection> joined = new JoinedViews(new SoftNms(0.5), 10).of(FOUND);
        double iou = BOX.iou(NEAR, false);
        assertThat(joined).hasSize(4);
        Detection lowered = joined.stream()
                .filter(each -> each.label() == 0 && each.box().equals(NEAR))
                .findFirst()
                .orElseThrow();
        assertThat(lowered.score()).isCloseTo(0.6 * (1 - iou), within(1e-6));
    }

    @Test
    void theBestAreKept() {
        assertThat(new JoinedViews(new HardNms(0.5), 1).of(FOUND))
                .extracting(Detection::box)
                .containsExactly(BOX);
        assertThat(new JoinedViews(new HardNms(0.5), 1).of(List.of())).isEmpty();
    }
}
