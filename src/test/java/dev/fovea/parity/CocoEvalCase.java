package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.source.CocoAnnotations;
import dev.fovea.data.source.CocoReader;
import dev.fovea.data.source.CocoRegions;
import dev.fovea.data.source.CocoRules;
import dev.fovea.eval.coco.AreaRange;
import dev.fovea.eval.coco.CocoEval;
import dev.fovea.eval.coco.CocoScores;
import dev.fovea.eval.coco.CocoSettings;
import dev.fovea.eval.coco.Detection;
import dev.fovea.eval.coco.Overlap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The recorded evaluation of boxes and masks, with pycocotools' limits of detections and with mmdet's. */
final class CocoEvalCase {
    private final Case given;
    private final CocoAnnotations truth;
    private final CocoSettings standard;

    private CocoEvalCase(Case given) throws IOException {
        this.given = given;
        Path file = Files.createTempFile("coco", ".json");
        try {
            Files.writeString(file, given.json().path("data").path("gt").toString());
            truth = CocoReader.read(file, new CocoRules(true, false));
        } finally {
            Files.delete(file);
        }
        if (!truth.bad().list().isEmpty()) {
            given.fail("the reader left out " + truth.bad().list());
        }
        standard = settings(given.config());
    }

    static void run(Case given) throws IOException {
        CocoEvalCase evaluation = new CocoEvalCase(given);
        evaluation.check("bbox", Overlap.BOXES);
        evaluation.check("segm", Overlap.MASKS);
    }

    private static CocoSettings settings(Config config) {
        double[] thresholds = spacing(config.textAt("iouThrs"));
        double[] recalls = spacing(config.textAt("recThrs").split(" ")[0]);
        List<AreaRange> areas = new ArrayList<>(CocoSettings.standard().areas().subList(0, 1));
        for (String size : List.of("small", "medium", "large")) {
            double[] ends = config.in("areaRng").doublesAt(size);
            areas.add(new AreaRange(size, ends[0], ends[1]));
        }
        return new CocoSettings(
                spaced(thresholds),
                spaced(recalls),
                areas,
                CocoSettings.standard().most());
    }

    /** {@code from:to:step}. */
    private static double[] spacing(String text) {
        return Arrays.stream(text.split(":")).mapToDouble(Double::parseDouble).toArray();
    }

    private static List<Double> spaced(double[] spacing) {
        int count = (int) Math.round((spacing[1] - spacing[0]) / spacing[2]) + 1;
        return CocoSettings.spaced(spacing[0], spacing[1], count);
    }

    private void check(String kind, Overlap overlap) {
        CocoScores scores = scores(kind, overlap, standard);
        given.check("stats_" + kind, recorded(figures(scores)));
        given.check("per_category_ap_" + kind, recorded(DoubleStream.of(scores.perClass())));
        int k = truth.classNames().size(), areas = standard.areas().size();
        int limits = standard.most().size(), points = standard.recalls().size();
        int thresholds = standard.thresholds().size();
        given.check(
                "precision_all_" + kind,
                recorded(IntStream.range(0, thresholds * points * k)
                        .mapToDouble(i -> scores.precision(i % k, 0, limits - 1, i / (points * k), i / k % points))));
        given.check(
                "recall_" + kind,
                recorded(IntStream.range(0, thresholds * k * areas * limits)
                        .mapToDouble(i -> scores.recall(
                                i / (areas * limits) % k, i / limits % areas, i % limits, i / (k * areas * limits)))));
        CocoSettings mmdet = new CocoSettings(
                standard.thresholds(),
                standard.recalls(),
                standard.areas(),
                CocoSettings.mmdet().most());
        given.check("stats_" + kind + "_mmdet", recorded(figures(scores(kind, overlap, mmdet))));
    }

    /** Images are added backwards: their order must not matter. */
    private CocoScores scores(String kind, Overlap overlap, CocoSettings settings) {
        Map<Long, List<Detection>> found = new HashMap<>();
        for (JsonNode node : given.json().path("data").path("detections_" + kind)) {
            found.computeIfAbsent(node.path("image_id").asLong(), id -> new ArrayList<>())
                    .add(detection(node));
        }
        CocoEval eval = new CocoEval(truth.classNames().size(), overlap, settings);
        List<ImageEntry> images = new ArrayList<>(truth.images());
        Collections.reverse(images);
        for (ImageEntry image : images) {
            eval.add(image, truth.of(image), found.getOrDefault(image.id(), List.of()));
        }
        return eval.scores();
    }

    private Detection detection(JsonNode node) {
        int label = truth.categoryIds().indexOf(node.path("category_id").asLong());
        double score = node.path("score").asDouble();
        if (node.has("segmentation")) {
            Rle mask = CocoRegions.rle(node.path("segmentation"));
            return new Detection(label, score, mask.box(), mask);
        }
        JsonNode box = node.path("bbox");
        return new Detection(
                label,
                score,
                new BoundingBox(
                        box.get(0).asDouble(),
                        box.get(1).asDouble(),
                        box.get(2).asDouble(),
                        box.get(3).asDouble()));
    }

    private static DoubleStream figures(CocoScores scores) {
        return scores.figures().values().stream().mapToDouble(Double::doubleValue);
    }

    /** The case writes NaN as -1. */
    private static double[] recorded(DoubleStream values) {
        return values.map(value -> Double.isNaN(value) ? -1 : value).toArray();
    }
}
