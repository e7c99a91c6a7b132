package dev.fovea.dense.detect;

import dev.fovea.backbone.Backbone;

/** The settings of a detector, which builds it on a backbone. */
public interface DetectorSpec {
    /** @param backbone built for dense use: its pyramid is read */
    Detector build(Backbone backbone, int classes);

    /** Whether its loss wants a semantic map of every training image ({@link GroundTruth#semantic}). */
    default boolean learnsFromSemanticMaps() {
        return false;
    }
}
