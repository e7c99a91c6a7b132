package dev.fovea.dense.detect.box;

import dev.fovea.tensor.Tensors;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Boxes for tests, from a seed. */
public final class RandomBoxes {
    private final Random random;

    public RandomBoxes(long seed) {
        random = new Random(seed);
    }

    /** Within a square image; sides of 2 pixels at least. */
    public Tensor boxes(int count, float image) {
        float[] sides = new float[4 * count];
        for (int i = 0; i < count; i++) {
            for (int axis = 0; axis < 2; axis++) {
                float length = 2 + random.nextFloat() * (image / 2 - 2);
                float start = random.nextFloat() * (image - length);
                sides[4 * i + axis] = start;
                sides[4 * i + 2 + axis] = start + length;
            }
        }
        return Tensors.of(sides, count, 4);
    }

    public Tensor scores(int count) {
        float[] scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] = random.nextFloat();
        }
        return Tensors.of(scores, count);
    }

    public Tensor groups(int count, int groups) {
        return Tensors.of(random.longs(count, 0, groups).toArray(), count);
    }

    public Tensor spread(double std, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        double[] values =
                random.doubles(count, 0, 1).map(u -> std * (2 * u - 1)).toArray();
        return Tensors.of(values, shape).to(ScalarType.Float);
    }
}
