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

    RegionFeatures of(List<Tensor> maps) {
        if (maps.size() < strides.size()) {
            throw new IllegalArgumentException("regions are cut from levels of strides %s, but there are only %d maps"
                    .formatted(strides, maps.size()));
        }
        return new RegionFeatures(maps.subList(0, strides.size()), strides);
    }
}
