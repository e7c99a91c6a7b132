package dev.fovea.cli;

import dev.fovea.apply.ImagePaths;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.source.CocoAnnotations;
import dev.fovea.data.source.CocoReader;
import dev.fovea.data.source.CocoRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Ids for a COCO result file.
 *
 * @param images by position
 * @param categories by class number
 */
record ImageIds(List<Long> images, List<Long> categories) {
    /**
     * Of an annotation file the ids of its images of the same file names, whatever their folders, and of its categories of the
     * same names.
     *
     * @param annotations null = file names that are numbers are ids, as COCO's; where not all are, images are counted from 1,
     *     and so are classes
     */
    static ImageIds of(ImagePaths images, List<String> classNames, Path annotations) {
        if (annotations == null) {
            return counted(images, classNames.size());
        }
        CocoAnnotations known = CocoReader.read(annotations, new CocoRules(false, false));
        Map<String, List<ImageEntry>> byName = known.images().stream()
                .collect(Collectors.groupingBy(
                        entry -> Path.of(entry.file()).getFileName().toString()));
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            String name = fileName(images, i);
            ids.add(only(byName.getOrDefault(name, List.of()), name, annotations)
                    .id());
        }
        List<Long> categories = new ArrayList<>();
        for (String name : classNames) {
            int label = known.classNames().indexOf(name);
            Long id = label < 0 ? null : known.categoryIds().get(label);
            categories.add(required(id, "%s has no category %s".formatted(annotations, name)));
        }
        return new ImageIds(ids, categories);
    }

    private static ImageEntry only(List<ImageEntry> named, String name, Path annotations) {
        if (named.size() > 1) {
            throw new IllegalArgumentException("--annotations %s has several images %s, among them %s and %s"
                    .formatted(
                            annotations, name, named.get(0).file(), named.get(1).file()));
        }
        return required(named.isEmpty() ? null : named.get(0), "%s has no image %s".formatted(annotations, name));
    }

    private static ImageIds counted(ImagePaths images, int classes) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            String stem = fileName(images, i).replaceFirst("\\.[^.]*$", "");
            if (stem.matches("\\d{1,18}")) {
                ids.add(Long.parseLong(stem));
            }
        }
        boolean numbered = ids.size() == images.size() && new HashSet<>(ids).size() == ids.size();
        return new ImageIds(
                numbered
                        ? ids
                        : IntStream.rangeClosed(1, images.size())
                                .mapToObj(Long::valueOf)
                                .toList(),
                LongStream.rangeClosed(1, classes).boxed().toList());
    }

    private static String fileName(ImagePaths images, int index) {
        return images.file(index).getFileName().toString();
    }

    private static <T> T required(T found, String otherwise) {
        if (found == null) {
            throw new IllegalArgumentException("--annotations " + otherwise);
        }
        return found;
    }
}
