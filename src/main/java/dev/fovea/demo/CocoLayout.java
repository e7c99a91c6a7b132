package dev.fovea.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a folder has COCO instance files and their images: {@code annotations/instances_SPLIT.json} beside {@code SPLIT/} or
 * {@code images/SPLIT/}, the splits being named such as train2017 and val2017, or train and val.
 */
record CocoLayout(Part train, Part val) {
    /** Both relative to the folder. */
    record Part(String images, String annotations) {
        private String source() {
            return "{images: %s, annotations: %s}".formatted(images, annotations);
        }
    }

    private static final String PREFIX = "instances_";
    private static final String SUFFIX = ".json";

    /** @throws IllegalArgumentException with what is missing */
    static CocoLayout of(Path folder) throws IOException {
        return new CocoLayout(part(folder, "train"), part(folder, "val"));
    }

    /** The source block of a recipe. */
    String source(Path folder) {
        return "{kind: coco, path: \"%s\", train: %s, val: %s}".formatted(folder, train.source(), val.source());
    }

    private static Part part(Path folder, String split) throws IOException {
        Path annotations = folder.resolve("annotations");
        List<String> names = List.of();
        if (Files.isDirectory(annotations)) {
            try (Stream<Path> files = Files.list(annotations)) {
                names = files.map(file -> file.getFileName().toString())
                        .filter(name -> name.startsWith(PREFIX + split) && name.endsWith(SUFFIX))
                        .sorted()
                        .toList();
            }
        }
        if (names.size() != 1) {
            throw new IllegalArgumentException("--data %s: detection needs one annotations/%s%s*%s, not %s"
                    .formatted(folder, PREFIX, split, SUFFIX, names));
        }
        String name = names.get(0);
        String own = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
        Optional<String> images = Stream.of(own, "images/" + own)
                .filter(each -> Files.isDirectory(folder.resolve(each)))
                .findFirst();
        return new Part(
                images.orElseThrow(() ->
                        new IllegalArgumentException("--data %s: the images of %s are neither in %s/ nor in images/%s/"
                                .formatted(folder, name, own, own))),
                "annotations/" + name);
    }
}
