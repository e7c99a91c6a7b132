package dev.fovea.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.data.instance.Polygons;
import dev.fovea.data.instance.Region;
import dev.fovea.data.instance.Rle;
import java.util.ArrayList;
import java.util.List;

/** COCO's three ways to state a region: lists of polygons, run lengths as a list, run lengths as compressed text. */
public final class CocoRegions {
    /**
     * Lengths of its image by which an outline or a box may lie off. What is farther is a mistake, and filling an outline takes
     * time in proportion to its length.
     */
    private static final int FARTHEST = 10;

    private CocoRegions() {}

    /** Reads the value of {@code segmentation} for an image of this size. */
    public static Region region(JsonNode node, int height, int width) {
        if (node.isArray()) {
            List<double[]> parts = new ArrayList<>();
            node.forEach(part -> parts.add(numbers(part)));
            Polygons polygons = new Polygons(parts);
            parts.forEach(part -> requireNear("polygon", part, height, width));
            return polygons;
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException(
                    "segmentation is neither polygons nor run lengths: " + (node.isMissingNode() ? "(none)" : node));
        }
        return rle(node).rle(height, width);
    }

    /** Reads {@code {size: [height, width], counts: …}}. */
    public static Rle rle(JsonNode node) {
        int[] size = wholes(node.path("size"));
        if (size.length != 2) {
            throw new IllegalArgumentException("mask size of %d numbers is not height, width".formatted(size.length));
        }
        JsonNode counts = node.path("counts");
        return counts.isTextual()
                ? Rle.parse(size[0], size[1], counts.asText())
                : new Rle(size[0], size[1], wholes(counts));
    }

    /** @param what whose coordinates these are */
    static void requireNear(String what, double[] coordinates, int height, int width) {
        double farthest = FARTHEST * (double) Math.max(height, width);
        for (double each : coordinates) {
            if (!(Math.abs(each) <= farthest)) {
                throw new IllegalArgumentException("%s coordinate %s is not within %d lengths of its image of %d x %d"
                        .formatted(what, each, FARTHEST, width, height));
            }
        }
    }

    static double[] numbers(JsonNode node) {
        requireList(node);
        double[] numbers = new double[node.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!node.get(i).isNumber()) {
                throw new IllegalArgumentException("%s is not a number".formatted(node.get(i)));
            }
            numbers[i] = node.get(i).asDouble();
        }
        return numbers;
    }

    private static int[] wholes(JsonNode node) {
        requireList(node);
        int[] numbers = new int[node.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!node.get(i).isIntegralNumber() || !node.get(i).canConvertToInt()) {
                throw new IllegalArgumentException("%s is not a whole number".formatted(node.get(i)));
            }
            numbers[i] = node.get(i).asInt();
        }
        return numbers;
    }

    private static void requireList(JsonNode node) {
        if (!node.isArray()) {
            throw new IllegalArgumentException(
                    "%s is not a list of numbers".formatted(node.isMissingNode() ? "(none)" : node));
        }
    }
}
