package dev.fovea.eval.coco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Polygons;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CocoEvalTest {
    private static final ImageEntry IMAGE = new ImageEntry(1, "a.png", 200, 200);
    private static final Offset<Double> EXACT = within(1e-12);

    private static Instance truth(int label, boolean crowd, double x, double side) {
        BoundingBox box = new BoundingBox(x, 0, side, side);
        return new Instance(1, label, box, side * side, crowd, Polygons.of(box));
    }

    private static Detection found(int label, double score, double x, double side) {
        BoundingBox box = new BoundingBox(x, 0, side, side);
        return new Detection(label, score, box, Polygons.of(box).rle(200, 200));
    }

    private static Map<String, Double> figures(Overlap overlap, List<Instance> truths, List<Detection> found) {
        CocoEval eval = new CocoEval(2, overlap, CocoSettings.standard());
        eval.add(IMAGE, truths, found);
        return eval.scores().figures();
    }

    @Test
    void perfectDetectionsScoreOneAndAbsentSizesAreUndefined() {
        for (Overlap overlap : Overlap.values()) {
            Map<String, Double> figures = figures(
                    overlap,
                    List.of(truth(0, false, 0, 20), truth(1, false, 30, 50)),
                    List.of(found(0, 0.9, 0, 20), found(1, 0.3, 30, 50)));
            assertThat(figures.keySet())
                    .containsExactly(
                            "AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl");
            for (String name : List.of("AP", "AP50", "AP75", "APs", "APm", "AR1", "AR100", "ARs", "ARm")) {
                assertThat(figures.get(name)).as(name).isCloseTo(1, EXACT);
            }
            assertThat(figures.get("APl")).isNaN();
            assertThat(figures.get("ARl")).isNaN();
        }
    }

    @Test
    void aBoxThatCoversThreeFifthsCountsUpToItsThreshold() {
        // 20 x 20 against a shift by 5: 300 / 500.
        Map<String, Double> figures =
                figures(Overlap.BOXES, List.of(truth(0, false, 0, 20)), List.of(found(0, 0.9, 5, 20)));
        assertThat(figures.get("AP50")).isCloseTo(1, EXACT);
        assertThat(figures.get("AP75")).isZero();
        assertThat(figures.get("AP")).isCloseTo(0.3, EXACT);
    }

    @Test
    void aSecondDetectionOfOneObjectIsWrongButOneInACrowdIsNot() {
        List<Instance> one = List.of(truth(0, false, 0, 20), truth(0, false, 100, 20));
        List<Detection> twice = List.of(found(0, 0.9, 0, 20), found(0, 0.8, 0, 20), found(0, 0.7, 100, 20));
        // Precision is 1 up to half of the recall (51 of 101 points), 2/3 beyond.
        assertThat(figures(Overlap.BOXES, one, twice).get("AP")).isCloseTo((51 + 50 * 2 / 3.0) / 101, EXACT);
        List<Instance> crowd = List.of(truth(0, false, 0, 20), truth(0, true, 100, 60));
        List<Detection> inside = List.of(found(0, 0.9, 110, 20), found(0, 0.8, 120, 20), found(0, 0.7, 0, 20));
        assertThat(figures(Overlap.BOXES, crowd, inside).get("AP")).isCloseTo(1, EXACT);
    }

    @Test
    void detectionsOutsideASizeRangeAreNotWrongInIt() {
        Map<String, Double> figures = figures(
                Overlap.BOXES, List.of(truth(0, false, 0, 20)), List.of(found(0, 0.9, 100, 90), found(0, 0.8, 0, 20)));
        assertThat(figures.get("APs")).isCloseTo(1, EXACT);
        assertThat(figures.get("AP")).isCloseTo(0.5, EXACT);
        assertThat(figures.get("AR1")).isZero();
        assertThat(figures.get("AR10")).isCloseTo(1, EXACT);
    }

    @Test
    void missedObjectsAndNoDetectionsScoreZero() {
        Map<String, Double> figures = figures(Overlap.MASKS, List.of(truth(0, false, 0, 20)), List.of());
        assertThat(figures.get("AP")).isZero();
        assertThat(figures.get("AR100")).isZero();
    }

    @Test
    void aClassWithoutObjectsIsLeftOutOfTheMean() {
        CocoEval eval = new CocoEval(2, Overlap.BOXES, CocoSettings.standard());
        eval.add(IMAGE, List.of(truth(0, false, 0, 20)), List.of(found(0, 0.9, 0, 20), found(1, 0.9, 0, 20)));
        assertThat(eval.scores().perClass()[0]).isCloseTo(1, EXACT);
        assertThat(eval.scores().perClass()[1]).isNaN();
        assertThat(eval.scores().figures().get("AP")).isCloseTo(1, EXACT);
    }

    @Test
    void mmdetsLimitsNameTheirRecalls() {
        CocoEval eval = new CocoEval(1, Overlap.BOXES, CocoSettings.mmdet());
        assertThat(eval.scores().figures().keySet()).contains("AR100", "AR300", "AR1000");
    }

    @Test
    void wrongUseIsRefused() {
        CocoEval eval = new CocoEval(2, Overlap.MASKS, CocoSettings.standard());
        assertThatThrownBy(() -> eval.add(IMAGE, List.of(), List.of(new Detection(0, 1, new BoundingBox(0, 0, 1, 1)))))
                .hasMessage("image 1: a detection has no mask");
        assertThatThrownBy(() -> eval.add(IMAGE, List.of(), List.of(found(2, 1, 0, 2))))
                .hasMessage("image 1: label 2 is not one of 2 classes");
        eval.add(IMAGE, List.of(), List.of());
        assertThatThrownBy(() -> eval.add(IMAGE, List.of(), List.of())).hasMessage("image 1 was added twice");
        assertThatThrownBy(() -> new Detection(0, Double.NaN, new BoundingBox(0, 0, 1, 1)))
                .hasMessage("detection score NaN is not finite");
        CocoSettings standard = CocoSettings.standard();
        assertThatThrownBy(() -> new CocoSettings(
                        standard.thresholds(), standard.recalls(), standard.areas(), List.of(1, 10, 50)))
                .hasMessage("limits of detections [1, 10, 50] are not three ascending ones with 100 among them");
    }
}
