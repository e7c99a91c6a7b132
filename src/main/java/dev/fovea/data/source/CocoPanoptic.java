package dev.fovea.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Panoptic labels in COCO's form (cocodataset.org, format "panoptic"): a JSON file with the segments of each image, and a
 * PNG per image whose colours spell their ids, {@code R + 256 G + 65536 B}, 0 = void.
 */
public final class CocoPanoptic implements Source<Panoptic> {
    private static final int LAST_COLOUR = 0xFFFFFF;

    private final Path pngs;
    private final PanopticClasses classes;
    private final List<Entry> entries;

    /** What the JSON file says of one image. */
    private record Entry(long imageId, String file, List<Segment> segments) {}

    private CocoPanoptic(Path pngs, PanopticClasses classes, List<Entry> entries) {
        this.pngs = pngs;
        this.classes = classes;
        this.entries = List.copyOf(entries);
    }

    /**
     * @param json the annotation file
     * @param pngs the folder of the maps
     */
    public static CocoPanoptic open(Path json, Path pngs) {
        ImageFiles.requireFolder(pngs);
        Map<Long, JsonNode> categories = new TreeMap<>();
        List<JsonNode> annotations = new ArrayList<>();
        Set<String> sections = JsonSections.read(
                json, Map.of("categories", node -> category(json, node, categories), "annotations", annotations::add));
        for (String section : List.of("categories", "annotations")) {
            if (!sections.contains(section)) {
                throw JsonSections.broken(json, "has no list '%s': it is no panoptic file".formatted(section));
            }
        }
        PanopticClasses classes = classes(json, categories);
        Map<Long, Integer> labels = new HashMap<>();
        for (int i = 0; i < classes.count(); i++) {
            labels.put(classes.ids().get(i), i);
        }
        List<Entry> entries =
                annotations.stream().map(node -> entry(json, node, labels)).toList();
        return new CocoPanoptic(pngs, classes, entries);
    }

    private static void category(Path json, JsonNode node, Map<Long, JsonNode> categories) {
        long id = number(json, node, "id");
        if (categories.put(id, node) != null) {
            throw JsonSections.broken(json, "categories: two have the id " + id);
        }
    }

    private static PanopticClasses classes(Path json, Map<Long, JsonNode> categories) {
        List<String> names = new ArrayList<>();
        List<Boolean> things = new ArrayList<>();
        categories.forEach((id, node) -> {
            names.add(text(json, node, "name"));
            things.add(number(json, node, "isthing") == 1);
        });
        return new PanopticClasses(List.copyOf(categories.keySet()), names, things);
    }

    private static Entry entry(Path json, JsonNode node, Map<Long, Integer> labels) {
        List<Segment> segments = new ArrayList<>();
        if (!node.path("segments_info").isArray()) {
            throw JsonSections.broken(json, "has an annotation without a list 'segments_info': it is no panoptic file");
        }
        for (JsonNode segment : node.path("segments_info")) {
            long category = number(json, segment, "category_id");
            Integer label = labels.get(category);
            if (label == null) {
                throw JsonSections.broken(
                        json,
                        "says that segment %s is of category %d, which is not listed".formatted(segment, category));
            }
            boolean crowd = segment.path("iscrowd").asInt() == 1;
            segments.add(new Segment(segmentId(json, segment), label, crowd));
        }
        return new Entry(number(json, node, "image_id"), text(json, node, "file_name"), segments);
    }

    /** A colour's number; 0 is void. */
    private static int segmentId(Path json, JsonNode segment) {
        long id = number(json, segment, "id");
        if (id < 1 || id > LAST_COLOUR) {
            throw JsonSections.broken(
                    json, "has a segment %s, whose id is not in 1..%d".formatted(segment, LAST_COLOUR));
        }
        return (int) id;
    }

    private static long number(Path json, JsonNode node, String key) {
        if (!node.path(key).isIntegralNumber()) {
            throw JsonSections.broken(json, "has no whole number '%s' in %s".formatted(key, node));
        }
        return node.path(key).asLong();
    }

    private static String text(Path json, JsonNode node, String key) {
        if (!node.path(key).isTextual()) {
            throw JsonSections.broken(json, "has no text '%s' in %s".formatted(key, node));
        }
        return node.path(key).asText();
    }

    public PanopticClasses classes() {
        return classes;
    }

    @Override
    public List<String> classNames() {
        return classes.names();
    }

    @Override
    public int size() {
        return entries.size();
    }

    /** The id of an image in the annotation file. */
    public long imageId(int index) {
        return entries.get(index).imageId;
    }

    @Override
    public String name(int index) {
        return entries.get(index).file;
    }

    @Override
    public Panoptic read(int index) throws IOException {
        Entry entry = entries.get(index);
        Image colours = ImageDecoder.decode(pngs.resolve(entry.file));
        byte[] rgb = colours.rgb();
        int[] ids = new int[colours.width() * colours.height()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (rgb[3 * i] & 0xFF) | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF) << 16;
        }
        try {
            return new Panoptic(colours.height(), colours.width(), ids, entry.segments);
        } catch (IllegalArgumentException e) {
            throw new DecodeException(entry.file, e.getMessage());
        }
    }
}
