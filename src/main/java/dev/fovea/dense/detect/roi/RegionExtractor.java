package dev.fovea.dense.detect.roi;

import org.bytedeco.pytorch.Tensor;

/**
 * Cuts regions out of the level that fits their size (mmdet roi_extractors/single_level_roi_extractor.py).
 *
 * @param align how a region becomes cells
 */
public record RegionExtractor(RoiAlign align, RegionLevels levels) {
    /** {@code [R, C, side, side]}. */
    public Tensor cut(RegionFeatures features, Regions regions) {
        Tensor level = levels.of(regions.rows(), features.levels());
        return features.cut(regions.rows(), level, align);
    }
}
