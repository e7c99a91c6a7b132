package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.TestSample;
import java.util.List;

/** An image scaled into boxes with its shape kept, and normalised; each scale is made from the file's bytes. */
public record DetectEval(List<ScaleBox> boxes, Normalize normalize)
        implements SampleTransform<Annotated<Image>, TestSample> {
    @Override
    public TestSample apply(Annotated<Image> sample, Rng rng) {
        return new TestSample(of(sample.image()), sample.entry(), sample.instances());
    }

    /** The image at each scale. */
    public List<FloatImage> of(Image image) {
        return boxes.stream().map(box -> normalize.of(box.fit(image))).toList();
    }
}
