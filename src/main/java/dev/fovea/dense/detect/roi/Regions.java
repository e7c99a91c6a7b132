package dev.fovea.dense.detect.roi;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Boxes of all images of a batch, one image after the other.
 *
 * @param rows number of the image and four sides, {@code [R, 5]}
 * @param counts how many there are of each image
 */
public record Regions(Tensor rows, List<Long> counts) {
    /** @param boxes of each image, {@code [R_i, 4]} */
    public static Regions of(List<Tensor> boxes) {
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            Tensor number = torch.full_like(boxes.get(i).narrow(1, 0, 1), new Scalar((double) i));
            rows.add(Tensors.cat(1, number, boxes.get(i)));
        }
        return new Regions(
                Tensors.cat(0, rows), boxes.stream().map(b -> b.size(0)).toList());
    }

    /** {@code [R, 4]}. */
    public Tensor boxes() {
        return rows.narrow(1, 1, 4);
    }

    /** What there is of each image in something that is one row per region. */
    public List<Tensor> split(Tensor x) {
        List<Tensor> parts = new ArrayList<>();
        long from = 0;
        for (long count : counts) {
            parts.add(x.narrow(0, from, count));
            from += count;
        }
        return parts;
    }
}
