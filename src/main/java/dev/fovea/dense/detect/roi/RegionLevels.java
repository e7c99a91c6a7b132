package dev.fovea.dense.detect.roi;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Which level of a pyramid a region is cut from (Lin et al. 2017, equation 1; mmdet
 * roi_extractors/single_level_roi_extractor.py): one up for each doubling of its size.
 *
 * @param finest regions of less than twice this side are cut from the finest level, 56 in all published configurations
 */
public record RegionLevels(double finest) {
    public static final RegionLevels USUAL = new RegionLevels(56);

    /** {@code [R, 5] -> int64 [R]}, below {@code levels}. */
    public Tensor of(Tensor regions, int levels) {
        Tensor width = regions.select(1, 3).sub(regions.select(1, 1));
        Tensor height = regions.select(1, 4).sub(regions.select(1, 2));
        return width.mul(height)
                .sqrt()
                .div(new Scalar(finest))
                .add(new Scalar(1e-6))
                .log2()
                .floor()
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(levels - 1.0)))
                .to(ScalarType.Long);
    }
}
