package dev.fovea.data.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An image file and the file of its pixels' classes. */
record MaskPair(String name, Path image, Path mask) {

    /**
     * Pairs have the same path and name below two folders, apart from suffix and extension.
     *
     * @param imageSuffix what an image's name ends in before the extension; others in the folder are left out
     * @param maskSuffix what stands in its place in the mask's name
     */
    static List<MaskPair> below(Path images, Path masks, String imageSuffix, String maskSuffix) {
        Map<String, List<Path>> byStem =
                ImageFiles.below(masks).stream().collect(Collectors.groupingBy(file -> stem(masks, file)));
        List<MaskPair> pairs = new ArrayList<>();
        for (Path image : ImageFiles.below(images)) {
            String stem = stem(images, image);
            if (stem.endsWith(imageSuffix)) {
                String wanted = stem.substring(0, stem.length() - imageSuffix.length()) + maskSuffix;
                List<Path> found = byStem.getOrDefault(wanted, List.of());
                if (found.isEmpty()) {
                    throw new IllegalArgumentException(
                            "image %s has no mask %s.png in %s".formatted(image, wanted, masks));
                }
                if (found.size() > 1) {
                    throw new IllegalArgumentException(
                            "image %s has several masks: %s and %s".formatted(image, found.get(0), found.get(1)));
                }
                pairs.add(new MaskPair(ImageFiles.name(images, image), image, found.get(0)));
            }
        }
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("no image in %s ends in '%s'".formatted(images, imageSuffix));
        }
        return pairs;
    }

    /** Pairs that a text file names, a name without extension a line: {@code .jpg} images, {@code .png} masks. */
    static List<MaskPair> listed(Path list, Path images, Path masks) throws IOException {
        List<MaskPair> pairs = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            String name = line.strip();
            if (!name.isEmpty()) {
                pairs.add(new MaskPair(
                        name + ".jpg", existing(images, name + ".jpg", list), existing(masks, name + ".png", list)));
            }
        }
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException(list + " names no image");
        }
        return pairs;
    }

    private static Path existing(Path folder, String name, Path list) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException("%s does not exist, which %s names".formatted(file, list));
        }
        return file;
    }

    private static String stem(Path root, Path file) {
        String name = ImageFiles.readable(ImageFiles.name(root, file));
        return name.substring(0, name.lastIndexOf('.'));
    }
}
