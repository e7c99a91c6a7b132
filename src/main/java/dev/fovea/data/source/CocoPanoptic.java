package dev.fovea.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.Source;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Map<Long, ImageEntry> images;

    /** What the JSON file says of one image. */
    private record Entry(long imageId, String file, List<Segment> segments) {}

    private CocoPanoptic(Path pngs, PanopticClasses classes, List<Entry> entries, Map<Long, ImageEntry> images) {
        this.pngs = pngs;
        this.classes = classes;
        this.entries = List.copyOf(entries);
        this.images = Map.copyOf(images);
    }

    /**
     * @param json the annotation file
     * @param pngs the folder of the maps
     */
    public static CocoPanoptic open(Path json, Path pngs) {
        ImageFiles.requireFolder(pngs);
        Map<Long, JsonNode> categories = new TreeMap<>();
        Map<Long, ImageEntry> images = new HashMap<>();
        List<JsonNode> annotations = new ArrayList<>();
        Set<String> sections = JsonSections.read(
                json,
                Map.of(
                        "categories",
                        JsonSections.told(
                                json, "categories", node -> addOnce(categories, JsonFields.id(node, "id"), node)),
                        "images",
                        JsonSections.told(json, "images", node -> {
                            ImageEntry image = JsonFields.image(node);
                            addOnce(images, image.id(), image);
                        }),
                        "annotations",
                        annotations::add));
        for (String section : List.of("categories", "annotations")) {
            if (!sections.contains(section)) {
                throw JsonSections.broken(json, "has no list '%s': it is no panoptic file".formatted(section));
            }
        }
        List<String> names = new ArrayList<>();
        List<Boolean> things = new ArrayList<>();
        categories.values().forEach(JsonSections.told(json, "categories", node -> {
            names.add(JsonFields.text(node, "name"));
            things.add(JsonFields.whole(node, "isthing") == 1);
        }));
        PanopticClasses classes = new PanopticClasses(List.copyOf(categories.keySet()), names, things);
        Map<Long, Integer> labels = classes.labels();
        List<Entry> entries = new ArrayList<>();
        annotations.forEach(JsonSections.told(json, "annotations", node -> entries.add(entry(node, labels))));
        return new CocoPanoptic(pngs, classes, entries, images);
    }

    private static <T> void addOnce(Map<Long, T> known, long id, T value) {
        if (known.put(id, value) != null) {
            throw new IllegalArgumentException("two have the id " + id);
        }
    }

    private static Entry entry(JsonNode node, Map<Long, Integer> labels) {
        List<Segment> segments = new ArrayList<>();
        if (!node.path("segments_info").isArray()) {
            throw new IllegalArgumentException("no list 'segments_info' in %s: it is no panoptic file".formatted(node));
        }
        for (JsonNode segment : node.path("segments_info")) {
            long category = JsonFields.id(segment, "category_id");
            Integer label = labels.get(category);
            if (label == null) {
                throw new IllegalArgumentException(
                        "segment %s is of category %d, which is not listed".formatted(segment, category));
            }
            boolean crowd = segment.path("iscrowd").asInt() == 1;
            segments.add(new Segment(segmentId(segment), label, crowd));
        }
        return new Entry(JsonFields.id(node, "image_id"), JsonFields.text(node, "file_name"), segments);
    }

    /** A colour's number; 0 is void. */
    private static int segmentId(JsonNode segment) {
        long id = JsonFields.id(segment, "id");
        if (id < 1 || id > LAST_COLOUR) {
            throw new IllegalArgumentException("segment %s, whose id is not in 1..%d".formatted(segment, LAST_COLOUR));
        }
        return (int) id;
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

    /** The image, as far as the file has it in its list {@code images}. */
    public Optional<ImageEntry> image(int index) {
        return Optional.ofNullable(images.get(imageId(index)));
    }

    /** The map's file. */
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
