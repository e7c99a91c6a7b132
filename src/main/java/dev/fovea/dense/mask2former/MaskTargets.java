package dev.fovea.dense.mask2former;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What is in one image.
 *
 * @param labels class of each mask, int64 {@code [G]}
 * @param masks 1 inside, 0 outside, float32 {@code [G, H, W]}
 */
public record MaskTargets(Tensor labels, Tensor masks) {
    public MaskTargets {
        if (labels.dim() != 1 || masks.dim() != 3 || labels.size(0) != masks.size(0)) {
            throw new IllegalArgumentException("labels of shape %s do not fit masks of shape %s: want [G] and [G, H, W]"
                    .formatted(Shapes.text(labels), Shapes.text(masks)));
        }
        masks = masks.to(ScalarType.Float);
    }

    int count() {
        return (int) labels.size(0);
    }

    /**
     * One mask for every class that is present in a label map (mmseg_custom datasets/pipelines ToMask): int64
     * {@code [B, H, W]} to the targets of each image.
     *
     * @param classes labels from there on, such as 255, are no class
     */
    public static List<MaskTargets> ofLabelMaps(Tensor labels, int classes) {
        List<MaskTargets> targets = new ArrayList<>();
        for (Tensor map : Tensors.unbind(labels)) {
            long[] counts = Tensors.toLongs(map.flatten().bincount(new TensorOptional(), classes));
            List<Long> present = new ArrayList<>();
            for (long c = 0; c < classes; c++) {
                if (counts[(int) c] > 0) {
                    present.add(c);
                }
            }
            long[] values = present.stream().mapToLong(Long::longValue).toArray();
            Tensor found = Tensors.of(values, values.length).to(map);
            targets.add(new MaskTargets(found, map.unsqueeze(0).eq(found.reshape(values.length, 1, 1))));
        }
        return targets;
    }
}
