package dev.fovea.data;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Images {@code [B, C, H, W]} and nothing else. */
public record ImageBatch(Tensor images, List<String> names) implements Batch {
    public static ImageBatch collate(List<FloatImage> samples, List<String> names) {
        return new ImageBatch(Stack.images(samples, names), List.copyOf(names));
    }
}
