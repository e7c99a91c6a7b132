package dev.fovea.data;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Images {@code [B, C, H, W]} with int64 class numbers {@code [B, H, W]}, {@link LabelMap#IGNORE} where there is none. */
public record MaskBatch(Tensor images, Tensor masks, List<String> names) implements Batch {
    public static MaskBatch collate(List<Masked<FloatImage>> samples, List<String> names) {
        Tensor images = Stack.images(samples.stream().map(Masked::image).toList(), names);
        Tensor masks = Stack.masks(samples.stream().map(Masked::mask).toList(), names);
        return new MaskBatch(images, masks, List.copyOf(names));
    }
}
