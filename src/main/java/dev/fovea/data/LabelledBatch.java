package dev.fovea.data;

import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Images {@code [B, C, H, W]} with int64 class numbers {@code [B]}. */
public record LabelledBatch(Tensor images, Tensor labels, List<String> names) implements Batch {
    public static LabelledBatch collate(List<Labelled<FloatImage>> samples, List<String> names) {
        long[] labels = samples.stream().mapToLong(Labelled::label).toArray();
        Tensor images = Stack.images(samples.stream().map(Labelled::image).toList(), names);
        return new LabelledBatch(images, Tensors.of(labels, labels.length), List.copyOf(names));
    }
}
