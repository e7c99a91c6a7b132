package dev.fovea.cli;

import dev.fovea.apply.ImagePaths;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.source.CocoAnnotations;
import dev.fovea.data.source.CocoReader;
import dev.fovea.data.source.CocoRules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
     * Of an annotation file the ids of its images of the same file names and of its categories of the same names.
     *
     * @param annotations null = file names that are numbers are ids, as COCO's; where not all are, images are counted from 1,
     *     and so are classes
     */
    static ImageIds of(ImagePaths images, List<String> classNames, Path annotations) {
        if (annotations == null) {
            return counted(images, classNames.size());
        }
        CocoAnnotations known = CocoReader.read(annotations, new CocoRules(false, false));
        Map<String, Long> byName = new HashMap<>();
        for (ImageEntry entry : known.images()) {
            byName.put(Path.of(entry.file()).getFileName().toString(), entry.id());
        }
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            String name = fileName(images, i);
            ids.add(required(byName.get(name), "%s has no image %s".formatted(annotations, name)));
        }
        List<Long> categories = new ArrayList<>();
        for (String name : classNames) {
            int label = known.classNames().indexOf(name);
            Long id = label < 0 ? null : known.categoryIds().get(label);
            categories.add(required(id, "%s has no category %s".formatted(annotations, name)));
        }
        return new ImageIds(ids, categories);
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
        return Path.of(images.name(index)).getFileName().toString();
    }

    private static Long required(Long id, String otherwise) {
        if (id == null) {
            throw new IllegalArgumentException("--annotations " + otherwise);
        }
        return id;
    }
}
