package dev.fovea.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a folder has COCO annotations and their images: {@code annotations/instances_SPLIT.json} beside {@code SPLIT/} or
 * {@code images/SPLIT/}, the splits being named such as train2017 and val2017, or train and val; panoptic labels as
 * {@code panoptic_SPLIT.json} with their maps in {@code panoptic_SPLIT/} beside it or in the folder itself.
 */
enum CocoLayout {
    OBJECTS("coco", "instances_"),
    SEGMENTS("panoptic", "panoptic_");

    private static final String ANNOTATIONS = "annotations";
    private static final String SUFFIX = ".json";

    private final String kind;
    private final String prefix;

    CocoLayout(String kind, String prefix) {
        this.kind = kind;
        this.prefix = prefix;
    }

    /**
     * The source block of a recipe.
     *
     * @throws IllegalArgumentException with what is missing
     */
    String source(Path folder) throws IOException {
        return "{kind: %s, path: \"%s\", train: {%s}, val: {%s}}"
                .formatted(kind, folder, part(folder, "train"), part(folder, "val"));
    }

    private String part(Path folder, String split) throws IOException {
        String name = annotations(folder, split);
        String own = name.substring(prefix.length(), name.length() - SUFFIX.length());
        String part = "annotations: %s/%s, images: %s"
                .formatted(ANNOTATIONS, name, one(folder, "images", name, List.of(own, "images/" + own)));
        if (this == OBJECTS) {
            return part;
        }
        String maps = prefix + own;
        return part + ", maps: " + one(folder, "maps", name, List.of(ANNOTATIONS + "/" + maps, maps));
    }

    private String annotations(Path folder, String split) throws IOException {
        Path annotations = folder.resolve(ANNOTATIONS);
        List<String> names = List.of();
        if (Files.isDirectory(annotations)) {
            try (Stream<Path> files = Files.list(annotations)) {
                names = files.map(file -> file.getFileName().toString())
                        .filter(name -> name.startsWith(prefix + split) && name.endsWith(SUFFIX))
                        .sorted()
                        .toList();
            }
        }
        if (names.size() != 1) {
            throw new IllegalArgumentException("--data %s: %s needs one annotations/%s%s*%s, not %s"
                    .formatted(
                            folder,
                            this == OBJECTS ? "detection" : "panoptic segmentation",
                            prefix,
                            split,
                            SUFFIX,
                            names));
        }
        return names.get(0);
    }

    private static String one(Path folder, String what, String annotations, List<String> places) {
        Optional<String> found = places.stream()
                .filter(each -> Files.isDirectory(folder.resolve(each)))
                .findFirst();
        return found.orElseThrow(
                () -> new IllegalArgumentException("--data %s: the %s of %s are neither in %s/ nor in %s/"
                        .formatted(folder, what, annotations, places.get(0), places.get(1))));
    }
}
