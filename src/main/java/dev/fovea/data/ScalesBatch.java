package dev.fovea.data;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Images at one or several scales, with the masks of their files, in which results are measured.
 *
 * @param scales {@code [B, 3, H_s, W_s]} for each scale
 * @param masks int64 {@code [B, H, W]}, {@link LabelMap#IGNORE} where there is no class
 */
public record ScalesBatch(List<Tensor> scales, Tensor masks, List<String> names) implements Batch {
    @Override
    public Tensor images() {
        return scales.get(0);
    }

    public static ScalesBatch collate(List<Masked<List<FloatImage>>> samples, List<String> names) {
        List<Tensor> scales = new ArrayList<>();
        for (int i = 0; i < samples.get(0).image().size(); i++) {
            int scale = i;
            scales.add(Stack.images(
                    samples.stream().map(sample -> sample.image().get(scale)).toList(), names));
        }
        Tensor masks = Stack.masks(samples.stream().map(Masked::mask).toList(), names);
        return new ScalesBatch(List.copyOf(scales), masks, List.copyOf(names));
    }
}
