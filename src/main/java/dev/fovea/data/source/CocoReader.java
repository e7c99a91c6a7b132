package dev.fovea.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.instance.BadAnnotation;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.instance.ImageEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads COCO instance files one element at a time. The file's own structure must be right; single annotations may be bad
 * and are listed. The file is gone through twice, as annotations may come before the images that they are about.
 */
public final class CocoReader {
    private final Path file;
    private final Map<Long, ImageEntry> images = new LinkedHashMap<>();
    private final Map<Long, String> categories = new TreeMap<>();
    private final List<BadAnnotation> bad = new ArrayList<>();
    private final Set<Long> withoutFile = new HashSet<>();

    private CocoReader(Path file) {
        this.file = file;
    }

    /** Reads annotations whose images are not looked for. */
    public static CocoAnnotations read(Path file, CocoRules rules) {
        CocoReader reader = new CocoReader(file);
        reader.readHeader();
        return reader.readAnnotations(rules);
    }

    /** The same; images whose file is not below the folder are listed and left out, and so are their annotations. */
    public static CocoAnnotations read(Path file, Path imageRoot, CocoRules rules) {
        ImageFiles.requireFolder(imageRoot);
        CocoReader reader = new CocoReader(file);
        reader.readHeader();
        reader.dropMissing(imageRoot);
        return reader.readAnnotations(rules);
    }

    /** The names of the file's categories by class number; annotations are skipped. */
    public static List<String> classNames(Path file) {
        CocoReader reader = new CocoReader(file);
        reader.readHeader();
        return List.copyOf(reader.categories.values());
    }

    private void readHeader() {
        Set<String> sections = JsonSections.read(
                file,
                Map.of(
                        "images",
                        JsonSections.told(file, "images", this::image),
                        "categories",
                        JsonSections.told(file, "categories", this::category)));
        for (String section : List.of("images", "categories", "annotations")) {
            if (!sections.contains(section)) {
                throw broken("has no '%s': it is not a COCO instance file".formatted(section));
            }
        }
        if (categories.isEmpty()) {
            throw broken("has an empty list 'categories': there is nothing to find");
        }
    }

    private CocoAnnotations readAnnotations(CocoRules rules) {
        CocoAnnotationParser parser = new CocoAnnotationParser(rules, images, withoutFile, categories.keySet(), bad);
        JsonSections.read(file, Map.of("annotations", parser::accept));
        images.keySet().removeAll(withoutFile);
        return new CocoAnnotations(
                List.copyOf(images.values()),
                List.copyOf(categories.keySet()),
                List.copyOf(categories.values()),
                parser.byImage(),
                new BadAnnotations(bad));
    }

    private void dropMissing(Path root) {
        for (ImageEntry image : images.values()) {
            if (!Files.isRegularFile(root.resolve(image.file()))) {
                withoutFile.add(image.id());
                bad.add(new BadAnnotation(
                        BadAnnotation.Kind.MISSING_IMAGE,
                        "image %d (%s)".formatted(image.id(), image.file()),
                        "there is no such file below " + root));
            }
        }
    }

    private void image(JsonNode node) {
        ImageEntry image = JsonFields.image(node);
        if (images.put(image.id(), image) != null) {
            throw new IllegalArgumentException("two have the id " + image.id());
        }
    }

    private void category(JsonNode node) {
        long id = JsonFields.id(node, "id");
        if (categories.put(id, JsonFields.text(node, "name")) != null) {
            throw new IllegalArgumentException("two have the id " + id);
        }
    }

    private IllegalArgumentException broken(String reason) {
        return JsonSections.broken(file, reason);
    }
}
