package dev.fovea.recipe;

import java.util.List;

/**
 * How a whole image is cut into segments (mmdet configs/mask2former, panoptic).
 *
 * @param scale box [long, short] that the image is scaled into
 * @param score least class probability of a query that becomes a segment
 * @param visible least share of its mask that no other query takes
 * @param onlyInside whether a pixel whose winning query has it outside of its mask belongs to no segment
 */
public record PanopticInference(
        @Default("[1333, 800]") List<Integer> scale,
        @Default("0.8") double score,
        @Default("0.8") double visible,
        @Default("true") boolean onlyInside) {
    public PanopticInference {
        scale = DetectStep.boxes("scale", List.of(scale)).get(0);
        Rule.share("score", score);
        Rule.share("visible", visible);
    }
}
