package dev.fovea.dense.detect;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Objects for tests: rectangles that fill their boxes. */
public final class Truths {
    private Truths() {}

    /** Two objects of classes 0 and 1 in an image of 64 x 64 pixels, with masks and a semantic map at stride 8. */
    public static GroundTruth two() {
        float[] sides = {4, 6, 34, 40, 30, 20, 60, 62};
        return of(Size.square(64), sides, 0, 1);
    }

    public static GroundTruth none() {
        return of(Size.square(64), new float[0]);
    }

    public static GroundTruth of(Size size, float[] sides, long... labels) {
        int count = labels.length;
        List<Tensor> masks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] mask = new byte[size.area()];
            for (int y = (int) sides[4 * i + 1]; y < sides[4 * i + 3]; y++) {
                for (int x = (int) sides[4 * i]; x < sides[4 * i + 2]; x++) {
                    mask[y * size.width() + x] = 1;
                }
            }
            masks.add(Tensors.of(mask, size.height(), size.width()));
        }
        Tensor stacked = count == 0
                ? torch.zeros(new long[] {0, size.height(), size.width()}, Tensors.options(torch.ScalarType.Byte))
                : Tensors.stack(0, masks);
        Tensor semantic = torch.full(
                new long[] {size.height() / 8, size.width() / 8},
                new Scalar(count == 0 ? 255 : 1),
                Tensors.options(torch.ScalarType.Long));
        return new GroundTruth(
                ImageSize.of(size), Tensors.of(sides, count, 4), Tensors.of(labels, count), stacked, semantic);
    }
}
