package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Polygons;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.source.CocoRegions;
import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;

/** Masks, and evaluation of detections, as pycocotools. */
final class CocoCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of("coco_eval", CocoEvalCase::run, "rle", CocoCases::rle);

    /** Boxes that the notes of a case add to those in its data, and which of all are crowds. */
    private static final Pattern FURTHER_BOXES =
            Pattern.compile("boxes in data\\.bboxes \\+ (\\[.*?\\]), crowd flags (\\[[\\d, ]*\\])");

    private CocoCases() {}

    private static void rle(Case given) {
        JsonNode data = given.json().path("data");
        int[] size = given.config().intsAt("size");
        List<Rle> encoded = new ArrayList<>();
        for (Tensor mask : Tensors.unbind(given.input("masks"))) {
            encoded.add(Rle.encode(size[0], size[1], Tensors.toBytes(mask.contiguous())));
        }
        List<Rle> polygons = new ArrayList<>();
        data.path("polygons")
                .forEach(object -> polygons.add(
                        CocoRegions.region(object, size[0], size[1]).rle(size[0], size[1])));
        List<BoundingBox> boxes = new ArrayList<>();
        data.path("bboxes").forEach(box -> boxes.add(box(box)));
        List<Rle> filled = boxes.stream()
                .map(box -> Polygons.of(box).rle(size[0], size[1]))
                .toList();
        checkMasks(given, "encode", "decode", encoded);
        checkMasks(given, "polygons", "polygon_masks", polygons);
        checkMasks(given, "bboxes", "bbox_masks", filled);
        List<Rle> merged = merged(encoded, given.expected());
        checkText(given, "merge_union", Rle.union(merged));
        checkText(given, "merge_intersect", Rle.intersection(merged));
        given.check("area", encoded.stream().mapToDouble(Rle::area).toArray());
        given.check(
                "toBbox",
                encoded.stream()
                        .map(Rle::box)
                        .flatMapToDouble(box -> DoubleStream.of(box.x(), box.y(), box.width(), box.height()))
                        .toArray());
        encoded.addAll(polygons);
        checkOverlaps(given, encoded);
        checkBoxes(given, boxes);
    }

    private static void checkOverlaps(Case given, List<Rle> masks) {
        List<Integer> crowds = StreamSupport.stream(
                        given.json().path("data").path("iscrowd").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
        int n = masks.size();
        given.check(
                "iou",
                IntStream.range(0, n * n)
                        .mapToDouble(i -> masks.get(i / n).iou(masks.get(i % n), false))
                        .toArray());
        given.check(
                "iou_crowd",
                IntStream.range(0, n * n)
                        .mapToDouble(i -> masks.get(i / n).iou(masks.get(i % n), crowds.get(i % n) == 1))
                        .toArray());
    }

    private static void checkBoxes(Case given, List<BoundingBox> own) {
        Matcher notes = FURTHER_BOXES.matcher(given.json().path("notes").asText());
        if (!notes.find()) {
            throw new AssertionError(given.id() + ": the notes do not tell the boxes and crowd flags of bbox_iou");
        }
        List<BoundingBox> boxes = new ArrayList<>(own);
        list("[" + notes.group(1) + "]").forEach(box -> boxes.add(box(box)));
        JsonNode crowds = list(notes.group(2));
        int n = boxes.size();
        given.check(
                "bbox_iou",
                IntStream.range(0, n * n)
                        .mapToDouble(i -> boxes.get(i / n)
                                .iou(boxes.get(i % n), crowds.get(i % n).asInt() == 1))
                        .toArray());
    }

    private static JsonNode list(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A case does not say which masks it merges: those that give both of what it records, or all. */
    static List<Rle> merged(List<Rle> masks, JsonNode expected) {
        String union = expected.path("merge_union").asText();
        String intersection = expected.path("merge_intersect").asText();
        for (int chosen = 1; chosen < 1 << masks.size(); chosen++) {
            int bits = chosen;
            List<Rle> some = IntStream.range(0, masks.size())
                    .filter(i -> (bits >> i & 1) == 1)
                    .mapToObj(masks::get)
                    .toList();
            if (Rle.union(some).text().equals(union)
                    && Rle.intersection(some).text().equals(intersection)) {
                return some;
            }
        }
        return masks;
    }

    private static void checkMasks(Case given, String texts, String masks, List<Rle> actual) {
        given.checkExpected("/" + texts, actual.stream().map(Rle::text).toList());
        int[] size = given.config().intsAt("size");
        given.check(
                masks,
                Tensors.stack(
                        0,
                        actual.stream()
                                // From the text and back, so that reading it is compared as well.
                                .map(mask -> Rle.parse(size[0], size[1], mask.text()))
                                .map(mask -> Tensors.of(mask.decode(), size[0], size[1]))
                                .toList()));
    }

    private static void checkText(Case given, String name, Rle actual) {
        given.checkExpected("/" + name, actual.text());
        given.check(name, Tensors.of(actual.decode(), actual.height(), actual.width()));
    }

    private static BoundingBox box(JsonNode node) {
        return new BoundingBox(
                node.get(0).asDouble(),
                node.get(1).asDouble(),
                node.get(2).asDouble(),
                node.get(3).asDouble());
    }
}
