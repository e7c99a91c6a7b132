package dev.fovea.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.instance.BadAnnotation;
import dev.fovea.data.instance.BadAnnotation.Kind;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Polygons;
import dev.fovea.data.instance.Region;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns single annotations of a COCO file into instances; a bad one is listed with its reason. */
final class CocoAnnotationParser {
    private final CocoRules rules;
    private final Map<Long, ImageEntry> images;
    private final Set<Long> withoutFile;
    private final Map<Long, Integer> labels = new HashMap<>();
    private final List<BadAnnotation> bad;
    private final Map<Long, List<Instance>> byImage = new HashMap<>();
    private final Set<Long> ids = new HashSet<>();
    private int position;

    CocoAnnotationParser(
            CocoRules rules,
            Map<Long, ImageEntry> images,
            Set<Long> withoutFile,
            Collection<Long> categories,
            List<BadAnnotation> bad) {
        this.rules = rules;
        this.images = images;
        this.withoutFile = withoutFile;
        this.bad = bad;
        categories.forEach(id -> labels.put(id, labels.size()));
    }

    Map<Long, List<Instance>> byImage() {
        return byImage;
    }

    void accept(JsonNode node) {
        try {
            Instance instance = instance(node);
            byImage.computeIfAbsent(node.path("image_id").asLong(), id -> new ArrayList<>())
                    .add(instance);
        } catch (Bad e) {
            bad.add(new BadAnnotation(e.kind, place(node), e.getMessage()));
        }
        position++;
    }

    private Instance instance(JsonNode node) throws Bad {
        long id = whole(node, "id");
        if (!ids.add(id)) {
            throw new Bad(Kind.DUPLICATE_ID, "an annotation before it has the same id");
        }
        ImageEntry image = image(whole(node, "image_id"));
        long category = whole(node, "category_id");
        if (!labels.containsKey(category)) {
            throw new Bad(Kind.UNKNOWN_CATEGORY, "category %d is not among the categories".formatted(category));
        }
        BoundingBox box = box(node.path("bbox"));
        double area = node.path("area").asDouble(Double.NaN);
        if (!node.path("area").isNumber() || !Double.isFinite(area) || area < 0) {
            throw new Bad(Kind.INCOMPLETE, "area %s is not a number from 0 up".formatted(shown(node.path("area"))));
        }
        if (rules.learnable()) {
            requireLearnable(box, area, image);
        }
        requireNear(box, image);
        boolean crowd = node.path("iscrowd").asInt() != 0;
        Region region = rules.masks() ? region(node.path("segmentation"), image) : Polygons.of(box);
        return new Instance(id, labels.get(category), box, area, crowd, region);
    }

    private ImageEntry image(long id) throws Bad {
        if (!images.containsKey(id)) {
            throw new Bad(Kind.WITHOUT_IMAGE, "the image is not among the images");
        }
        if (withoutFile.contains(id)) {
            throw new Bad(Kind.WITHOUT_IMAGE, "the image has no file");
        }
        return images.get(id);
    }

    private static BoundingBox box(JsonNode node) throws Bad {
        try {
            double[] xywh = CocoRegions.numbers(node);
            if (xywh.length != 4) {
                throw new IllegalArgumentException(
                        "box of %d numbers is not x, y, width, height".formatted(xywh.length));
            }
            return new BoundingBox(xywh[0], xywh[1], xywh[2], xywh[3]);
        } catch (IllegalArgumentException e) {
            throw new Bad(Kind.BROKEN_BOX, e.getMessage());
        }
    }

    private static void requireLearnable(BoundingBox box, double area, ImageEntry image) throws Bad {
        if (box.width() < 1 || box.height() < 1) {
            throw new Bad(
                    Kind.ZERO_SIZE,
                    "box width %s height %s has a side under one pixel".formatted(box.width(), box.height()));
        }
        if (area <= 0) {
            throw new Bad(Kind.ZERO_SIZE, "area %s is not above 0".formatted(area));
        }
        if (box.intersection(new BoundingBox(0, 0, image.width(), image.height())) <= 0) {
            throw new Bad(
                    Kind.OUTSIDE,
                    "box x %s y %s width %s height %s lies outside the image of %d x %d"
                            .formatted(box.x(), box.y(), box.width(), box.height(), image.width(), image.height()));
        }
    }

    private static void requireNear(BoundingBox box, ImageEntry image) throws Bad {
        double[] sides = {box.x(), box.y(), box.x() + box.width(), box.y() + box.height()};
        try {
            CocoRegions.requireNear("box", sides, image.height(), image.width());
        } catch (IllegalArgumentException e) {
            throw new Bad(Kind.BROKEN_BOX, e.getMessage());
        }
    }

    private static Region region(JsonNode node, ImageEntry image) throws Bad {
        try {
            return CocoRegions.region(node, image.height(), image.width());
        } catch (IllegalArgumentException e) {
            throw new Bad(Kind.BROKEN_MASK, e.getMessage());
        }
    }

    private static long whole(JsonNode node, String key) throws Bad {
        JsonNode number = node.path(key);
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw new Bad(Kind.INCOMPLETE, "%s %s is not a whole number".formatted(key, shown(number)));
        }
        return number.asLong();
    }

    private String place(JsonNode node) {
        String image = node.has("image_id") ? "image " + shown(node.path("image_id")) : "no image";
        return node.has("id")
                ? "%s, annotation %s".formatted(image, shown(node.path("id")))
                : "%s, annotations[%d]".formatted(image, position);
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "(none)" : node.toString();
    }

    /** Why an annotation is left out; never leaves this class. */
    private static final class Bad extends Exception {
        private static final long serialVersionUID = 1L;

        private final Kind kind;

        Bad(Kind kind, String reason) {
            super(reason, null, false, false);
            this.kind = kind;
        }
    }
}
