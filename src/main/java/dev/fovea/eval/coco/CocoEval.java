package dev.fovea.eval.coco;

import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * COCO evaluation, image by image in any order; equal to pycocotools' COCOeval over the same images but for annotations
 * whose id is 0: those count here as any other, where pycocotools takes a detection that found one for unmatched. Ids are those
 * of the file, in which a repeated one is left out before ({@code data.source.CocoReader}); pycocotools puts the last in the place of each.
 */
public final class CocoEval {
    private final int classes;
    private final Overlap overlap;
    private final CocoSettings settings;
    private final Set<Long> images = new HashSet<>();
    /** By class; by image id, as the order of images decides among equal scores; by range of areas. */
    private final List<TreeMap<Long, List<ImageMatch>>> matches;

    public CocoEval(int classes, Overlap overlap, CocoSettings settings) {
        this.classes = classes;
        this.overlap = overlap;
        this.settings = settings;
        this.matches = IntStream.range(0, classes)
                .mapToObj(k -> new TreeMap<Long, List<ImageMatch>>())
                .toList();
    }

    /** Compares what was found in an image with what is there; an image without either counts for nothing. */
    public void add(ImageEntry image, List<Instance> truths, List<Detection> found) {
        List<List<Instance>> truthsByClass = empty();
        List<List<Detection>> foundByClass = empty();
        for (Instance truth : truths) {
            of(truthsByClass, truth.label(), image).add(truth);
        }
        for (Detection detection : found) {
            if (overlap == Overlap.MASKS && detection.mask() == null) {
                throw new IllegalArgumentException("image %d: a detection has no mask".formatted(image.id()));
            }
            of(foundByClass, detection.label(), image).add(detection);
        }
        if (!images.add(image.id())) {
            throw new IllegalArgumentException("image %d was added twice".formatted(image.id()));
        }
        for (int k = 0; k < classes; k++) {
            if (!truthsByClass.get(k).isEmpty() || !foundByClass.get(k).isEmpty()) {
                ImageClass pair =
                        ImageClass.of(image, truthsByClass.get(k), foundByClass.get(k), overlap, settings.last());
                matches.get(k)
                        .put(
                                image.id(),
                                settings.areas().stream()
                                        .map(area -> ImageMatch.of(pair, area, settings))
                                        .toList());
            }
        }
    }

    /** The curves of all images so far. */
    public CocoScores scores() {
        CocoScores scores = new CocoScores(classes, settings);
        for (int k = 0; k < classes; k++) {
            for (int a = 0; a < settings.areas().size(); a++) {
                int area = a;
                List<ImageMatch> all = matches.get(k).values().stream()
                        .map(byArea -> byArea.get(area))
                        .toList();
                for (int m = 0; m < settings.most().size(); m++) {
                    scores.fill(k, a, m, new RankedMatches(all, settings.most().get(m)));
                }
            }
        }
        return scores;
    }

    private <T> List<List<T>> empty() {
        return IntStream.range(0, classes)
                .<List<T>>mapToObj(k -> new ArrayList<>())
                .toList();
    }

    private <T> List<T> of(List<List<T>> byClass, int label, ImageEntry image) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException(
                    "image %d: label %d is not one of %d classes".formatted(image.id(), label, classes));
        }
        return byClass.get(label);
    }
}
