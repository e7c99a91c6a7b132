package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.instance.ObjectView;
import java.util.List;
import java.util.Optional;

/**
 * Scales an image into a box that is drawn, bilinear without antialiasing (mmdetection 2.x {@code Resize}).
 *
 * @param boxes what is drawn from
 * @param mode how a box is drawn from several
 * @param ratio factor of both sides of the box, for large-scale jitter
 * @param keepRatio whether the image keeps its shape; otherwise it becomes {@code longSide} wide and {@code shortSide}
 *     high, whatever its shape
 */
public record RandomScale(List<ScaleBox> boxes, Mode mode, Optional<Range> ratio, boolean keepRatio)
        implements SampleTransform<ObjectView, ObjectView> {
    /** How a box is drawn. */
    public enum Mode {
        /** One of the boxes. */
        VALUE,
        /** Each side by itself, between its least and its greatest in all boxes. */
        RANGE
    }

    public RandomScale {
        boxes = List.copyOf(boxes);
        if (boxes.isEmpty()) {
            throw new IllegalArgumentException("no scale box to draw from");
        }
    }

    @Override
    public ObjectView apply(ObjectView view, Rng rng) {
        ScaleBox box = draw(rng);
        Image image = view.image();
        return view.resized(keepRatio ? box.fit(image) : CvResize.linear(image, box.longSide(), box.shortSide()));
    }

    public ScaleBox draw(Rng rng) {
        ScaleBox box = boxes.size() == 1 ? boxes.get(0) : several(rng);
        return ratio.isEmpty() ? box : box.times(ratio.get().draw(rng));
    }

    private ScaleBox several(Rng rng) {
        if (mode == Mode.VALUE) {
            return boxes.get(rng.integer(0, boxes.size()));
        }
        var longs = boxes.stream().mapToInt(ScaleBox::longSide).summaryStatistics();
        var shorts = boxes.stream().mapToInt(ScaleBox::shortSide).summaryStatistics();
        int one = rng.integer(longs.getMin(), longs.getMax() + 1);
        int other = rng.integer(shorts.getMin(), shorts.getMax() + 1);
        return new ScaleBox(Math.max(one, other), Math.min(one, other));
    }
}
