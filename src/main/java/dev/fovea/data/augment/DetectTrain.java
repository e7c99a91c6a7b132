package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.ObjectSample;
import dev.fovea.data.instance.ObjectView;
import java.util.Optional;

/**
 * What a detector's training does to an image and its objects, in this order: objects are moved, the image is scaled and
 * cut, mirrored, normalised. Padding comes with the batch.
 *
 * @param view resizing and crops
 * @param masks whether objects get masks, or boxes alone
 */
public record DetectTrain(
        Optional<MovedObjects> moved,
        SampleTransform<ObjectView, ObjectView> view,
        double flip,
        boolean masks,
        Normalize normalize)
        implements SampleTransform<Annotated<Image>, ObjectSample> {
    @Override
    public ObjectSample apply(Annotated<Image> sample, Rng rng) {
        Annotated<Image> arranged = moved.isPresent() ? moved.get().apply(sample, rng) : sample;
        ObjectView seen = view.apply(ObjectView.of(arranged), rng);
        if (rng.chance(flip)) {
            seen = seen.flipped();
        }
        return new ObjectSample(normalize.of(seen.image()), seen.objects(masks), seen.semantic());
    }
}
