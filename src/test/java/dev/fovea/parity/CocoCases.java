package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Polygons;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.source.CocoRegions;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bytedeco.pytorch.Tensor;

/** Masks, and evaluation of detections, as pycocotools. */
final class CocoCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of("coco_eval", CocoEvalCase::run, "rle", CocoCases::rle);

    /** Boxes that the notes of the case add to those in its data, and which of all are crowds. */
    private static final List<BoundingBox> FURTHER_BOXES =
            List.of(new BoundingBox(4, 4, 8, 8), new BoundingBox(50, 50, 3, 3));

    private static final List<Integer> BOX_CROWDS = List.of(0, 1, 0, 0, 1);

    /** The case does not say which masks it merges; these three give what it records. */
    private static final List<Integer> MERGED = List.of(0, 1, 4);

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
        checkText(given, "merge_union", Rle.union(merged(encoded)));
        checkText(given, "merge_intersect", Rle.intersection(merged(encoded)));
        given.check("area", encoded.stream().mapToDouble(Rle::area).toArray());
        given.check(
                "toBbox",
                encoded.stream()
                        .map(Rle::box)
                        .flatMapToDouble(box -> DoubleStream.of(box.x(), box.y(), box.width(), box.height()))
                        .toArray());
        encoded.addAll(polygons);
        boxes.addAll(FURTHER_BOXES);
        checkOverlaps(given, encoded, boxes);
    }

    private static void checkOverlaps(Case given, List<Rle> masks, List<BoundingBox> boxes) {
        List<Integer> crowds = StreamSupport.stream(
                        given.json().path("data").path("iscrowd").spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
        int n = masks.size(), b = boxes.size();
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
        given.check(
                "bbox_iou",
                IntStream.range(0, b * b)
                        .mapToDouble(i -> boxes.get(i / b).iou(boxes.get(i % b), BOX_CROWDS.get(i % b) == 1))
                        .toArray());
    }

    private static List<Rle> merged(List<Rle> masks) {
        return MERGED.stream().map(masks::get).toList();
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
