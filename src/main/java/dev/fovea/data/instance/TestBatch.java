package dev.fovea.data.instance;

import dev.fovea.data.Batch;
import dev.fovea.data.Collate;
import dev.fovea.data.FloatImage;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** One image in which objects are looked for, at one or several scales, each padded with 0. */
public record TestBatch(List<Scale> scales, TestSample sample, List<String> names) implements Batch {
    /**
     * The image at one scale.
     *
     * @param image {@code [1, 3, H, W]}
     * @param height before padding
     * @param width before padding
     */
    public record Scale(Tensor image, int height, int width) {
        public static Scale of(FloatImage image, Padding padding) {
            List<FloatImage> alone = List.of(image);
            return new Scale(ObjectBatch.padded(alone, padding.of(alone)), image.height(), image.width());
        }
    }

    @Override
    public Tensor images() {
        return scales.get(0).image();
    }

    public static Collate<TestSample, TestBatch> collate(Padding padding) {
        return (samples, names) -> {
            if (samples.size() != 1) {
                throw new IllegalArgumentException(
                        "%d images to be tested at once; they come one by one".formatted(samples.size()));
            }
            TestSample sample = samples.get(0);
            return new TestBatch(
                    sample.scales().stream()
                            .map(each -> Scale.of(each, padding))
                            .toList(),
                    sample,
                    List.copyOf(names));
        };
    }
}
