package dev.fovea.data.source;

import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import java.util.List;
import java.util.Map;

/**
 * The contents of a COCO instance file.
 *
 * @param images in the file's order
 * @param categoryIds the file's ids by class number, ascending
 * @param classNames by class number
 * @param byImage the objects of each image that has any, by image id
 * @param bad what was left out
 */
public record CocoAnnotations(
        List<ImageEntry> images,
        List<Long> categoryIds,
        List<String> classNames,
        Map<Long, List<Instance>> byImage,
        BadAnnotations bad) {
    /** Objects of one image in the file's order; none for images without. */
    public List<Instance> of(ImageEntry image) {
        return byImage.getOrDefault(image.id(), List.of());
    }

    /** The same without images that hold nothing but crowds or nothing at all, from which a detector is not trained. */
    public CocoAnnotations withoutEmptyImages() {
        List<ImageEntry> full = images.stream()
                .filter(image -> of(image).stream().anyMatch(instance -> !instance.crowd()))
                .toList();
        return new CocoAnnotations(full, categoryIds, classNames, byImage, bad);
    }
}
