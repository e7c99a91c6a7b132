package dev.fovea.data;

import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Samples of one size to one tensor, each copied once. */
final class Stack {
    private Stack() {}

    static Tensor images(List<FloatImage> samples, List<String> names) {
        FloatImage first = samples.get(0);
        long[] shape = {samples.size(), first.channels(), first.height(), first.width()};
        Tensor batch = torch.empty(shape, Tensors.options(ScalarType.Float), null);
        try (FloatPointer data = new FloatPointer(batch.data_ptr())) {
            for (int i = 0; i < samples.size(); i++) {
                FloatImage sample = samples.get(i);
                requireSame(sample.toString(), first.toString(), names, i);
                data.position((long) i * first.chw().length).put(sample.chw());
            }
        }
        return batch;
    }

    static Tensor masks(List<LabelMap> samples, List<String> names) {
        LabelMap first = samples.get(0);
        int plane = first.labels().length;
        byte[] all = new byte[samples.size() * plane];
        for (int i = 0; i < samples.size(); i++) {
            requireSame(samples.get(i).toString(), first.toString(), names, i);
            System.arraycopy(samples.get(i).labels(), 0, all, i * plane, plane);
        }
        try (Tensor bytes = Tensors.of(all, samples.size(), first.height(), first.width())) {
            return bytes.to(ScalarType.Long);
        }
    }

    private static void requireSame(String shape, String first, List<String> names, int i) {
        if (!shape.equals(first)) {
            throw new IllegalArgumentException("%s of %s does not fit into a batch with %s of %s"
                    .formatted(shape, names.get(i), first, names.get(0)));
        }
    }
}
