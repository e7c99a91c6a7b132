package dev.fovea.train;

import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.eval.coco.CocoEval;
import dev.fovea.eval.coco.CocoScores;
import dev.fovea.eval.coco.CocoSettings;
import dev.fovea.eval.coco.Detection;
import dev.fovea.eval.coco.Overlap;
import dev.fovea.recipe.DetectInference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** COCO's twelve figures for boxes, and for masks where there are any. */
final class DetectionScores {
    static final String BOXES = "box_";
    static final String MASKS = "mask_";

    private final List<String> classNames;
    private final Map<String, CocoEval> evaluations = new LinkedHashMap<>();

    DetectionScores(List<String> classNames, boolean masks, DetectInference.Limits limits) {
        this.classNames = classNames;
        CocoSettings settings = limits == DetectInference.Limits.COCO ? CocoSettings.standard() : CocoSettings.mmdet();
        evaluations.put(BOXES, new CocoEval(classNames.size(), Overlap.BOXES, settings));
        if (masks) {
            evaluations.put(MASKS, new CocoEval(classNames.size(), Overlap.MASKS, settings));
        }
    }

    void add(ImageEntry image, List<Instance> truths, List<Detection> found) {
        evaluations.values().forEach(evaluation -> evaluation.add(image, truths, found));
    }

    /**
     * Figures by name, such as {@code box_AP50}.
     *
     * @param inFull also the average precision of each class, such as {@code mask_AP.cat}, and NaN for what the images cannot
     *     tell, such as the precision of large objects where there are none (pycocotools: -1)
     */
    Map<String, Double> values(boolean inFull) {
        Map<String, Double> values = new LinkedHashMap<>();
        Map<String, Double> ofClasses = new LinkedHashMap<>();
        evaluations.forEach((prefix, evaluation) -> {
            CocoScores scores = evaluation.scores();
            scores.figures().forEach((name, value) -> values.put(prefix + name, value));
            double[] each = scores.perClass();
            for (int k = 0; inFull && k < each.length; k++) {
                ofClasses.put(prefix + "AP." + classNames.get(k), each[k]);
            }
        });
        values.putAll(ofClasses);
        if (!inFull) {
            values.values().removeIf(value -> value.isNaN());
        }
        return values;
    }
}
