package dev.fovea.dense.detect.roi;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Where regions are cut from, and how finely.
 *
 * @param strides of the levels that are used, the first ones of the pyramid
 */
public record RegionSource(List<Integer> strides, RegionExtractor boxes, RegionExtractor masks) {
    public RegionSource {
        strides = List.copyOf(strides);
    }

    /** 7 x 7 cells for boxes, 14 x 14 for masks, from the levels of strides 4 to 32. */
    public static RegionSource usual() {
        return new RegionSource(
                List.of(4, 8, 16, 32),
                new RegionExtractor(RoiAlign.of(7), RegionLevels.USUAL),
                new RegionExtractor(RoiAlign.of(14), RegionLevels.USUAL));
    }

    RegionFeatures of(List<Tensor> maps) {
        if (maps.size() < strides.size()) {
            throw new IllegalArgumentException("regions are cut from levels of strides %s, but there are only %d maps"
                    .formatted(strides, maps.size()));
        }
        return new RegionFeatures(maps.subList(0, strides.size()), strides);
    }
}
