package dev.fovea.backbone;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Feature maps from fine to coarse, each {@code [B, D_l, H / stride_l, W / stride_l]}.
 *
 * @param strides pixels per cell of each map, usually 4, 8, 16, 32
 */
public record Pyramid(List<Tensor> maps, List<Integer> strides) {
    public Pyramid {
        if (maps.size() != strides.size()) {
            throw new IllegalArgumentException(
                    "%d maps do not fit %d strides %s".formatted(maps.size(), strides.size(), strides));
        }
    }
}
