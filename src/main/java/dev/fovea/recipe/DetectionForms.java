package dev.fovea.recipe;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Forms of backbones for dense prediction, as presets beside those of their size. */
final class DetectionForms {
    private static final String FOUR_LEVELS = "levels: 4, dim: 256}";
    /** A map for each of a detector's five levels, coarser ones by pooling. */
    private static final String SIMPLE = "pyramid: {form: simple, levels: 5, dim: 256}";

    private DetectionForms() {}

    /**
     * The block {@code dense} where nothing is said and the stage has no other: global attention, maps as for segmentation.
     */
    static String none(String normEps) {
        return "{windows: {windowSize: 0, globalBlocks: [], shifted: false}, tables: block,"
                + " pyramid: {form: segment, dim: 256, levels: 4}, positionGrid: 0, trainPositions: true, normEps: %s}"
                        .formatted(normEps);
    }

    /**
     * In the stages of detectors a ConvViT's fourth map is its third one pooled, as in ConvMAE's released detectors, windows
     * or not: the segmentation code's convolution without padding gives fewer cells than the stride says, so that all
     * of them lie off their places.
     */
    static Map<String, String> stagesOfConvVit() {
        String pooled = "{dense: {pyramid: {form: detect}}}";
        return Map.of("detect", pooled, "panoptic", pooled);
    }

    private static Map<String, String> with(Map<String, String> sizes, Map<String, String> forms) {
        Map<String, String> all = new TreeMap<>(sizes);
        all.putAll(forms);
        return all;
    }

    /**
     * ConvMAE's detectors: {@code det} as released (Alpha-VL/ConvMAE DET), {@code det-vitdet} as in the authors' second
     * code; {@code det-paper} as the article says, which names no code, and {@code det-literal} with windows where a short
     * form of it puts them: in blocks 1, 4, 7 and 11 alone. All of them are for 11 blocks; {@code det-tiny} is {@code det}
     * for the 7 of the tiny size.
     */
    static Map<String, String> withThoseOfConvVit(Map<String, String> sizes) {
        String released = "layerScale: 0, dense: {normEps: 0, tables: shared, pyramid: {form: detect, " + FOUR_LEVELS;
        String fixed = released + ", trainPositions: false";
        return with(
                sizes,
                Map.of(
                        "det",
                        "{%s, windows: {windowSize: 16, globalBlocks: [0, 3, 6, 10]}}}".formatted(fixed),
                        "det-tiny",
                        "{%s, windows: {windowSize: 16, globalBlocks: [0, 3, 6]}}}".formatted(fixed),
                        "det-paper",
                        "{%s, windows: {windowSize: 7, globalBlocks: [0, 3, 6, 10], shifted: true}}}"
                                .formatted(released),
                        "det-literal",
                        "{%s, windows: {windowSize: 7, globalBlocks: [1, 2, 4, 5, 7, 8, 9]}}}".formatted(released),
                        "det-vitdet",
                        "{layerScale: 0, convNormEps: 1.0e-6, dense: {normEps: 0, tables: decomposed, %s, %s}}"
                                .formatted(
                                        SIMPLE,
                                        "positionGrid: 14, windows: {windowSize: 14, globalBlocks: [1, 4, 7, 10]}")));
    }

    /**
     * ViTDet (Li et al. 2022) on 12 blocks, {@code simple-pyramid} alone of it, and {@code vitdet-large} on 24; windows leave
     * the class token out.
     */
    static Map<String, String> withThoseOfVit(Map<String, String> sizes) {
        String vitdet = "relativePosition: true, dense: {tables: decomposed, positionGrid: 14, " + SIMPLE;
        return with(
                sizes,
                Map.of(
                        "simple-pyramid",
                        "{dense: {pyramid: {form: simple}}}",
                        "vitdet",
                        "{%s, windows: {windowSize: 14, globalBlocks: [2, 5, 8, 11]}}}".formatted(vitdet),
                        "vitdet-large",
                        "{%s, windows: {windowSize: 14, globalBlocks: [5, 11, 17, 23]}}}".formatted(vitdet)));
    }

    /** Windows in every block, as large ones as there are tables for (ViT-Adapter's detectors over BEiT). */
    static Map<String, String> withThoseOfBeit(Map<String, String> sizes) {
        return with(
                sizes,
                Map.of(
                        "simple-pyramid",
                        "{dense: {pyramid: {form: simple}}}",
                        "det",
                        "{dense: {%s, windows: {windowSize: 14}}}".formatted(SIMPLE)));
    }

    /**
     * ViT-Adapter's detectors: windows of 14 in all but the last block of each group, for 12 blocks or 24, over a plain ViT
     * (detection/configs, vit_adapter.py) or a BEiT-L, whose four wide windows are of 56.
     */
    static Map<String, String> withThoseOfAdapter(Map<String, String> sizes) {
        return with(
                sizes,
                Map.of(
                        "det", adapter(4, 3, 0),
                        "det-large", adapter(4, 6, 0),
                        "det-beit-large", adapter(4, 6, 56)));
    }

    private static String adapter(int groups, int blocks, int last) {
        String group = "14, ".repeat(blocks - 1) + last;
        return "{windows: [%s], vitFeature: last}".formatted(String.join(", ", Collections.nCopies(groups, group)));
    }

    /** iTPN's detectors on the pre-trained neck: after pixels without relative positions, after CLIP with new ones. */
    static Map<String, String> withThoseOfHiVit(Map<String, String> sizes) {
        String pooled = "dense: {pyramid: {form: detect, levels: 5}";
        return with(
                sizes,
                Map.of(
                        "det", "{relativePosition: false, %s}}".formatted(pooled),
                        "det-clip",
                                "{relativePosition: true, positionGrid: 14, %s, tables: decomposed}}"
                                        .formatted(pooled)));
    }
}
