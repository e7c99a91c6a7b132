package dev.fovea.train;

import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import java.util.ArrayList;
import java.util.List;

/** Recipes of a second or two: 32-pixel scenes, networks 16 wide. */
final class Recipes {
    static final String VIT =
            "{type: vit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2, mlpRatio: 2, dropPath: 0.1}";
    static final String CONV_VIT =
            "{type: convvit, imageSize: 32, patchSizes: [2, 2, 2], dims: [8, 12, 16], depths: [1, 1, 2], heads: 2,"
                    + " mlpRatios: [2, 2, 2], dropPath: 0.1}";
    static final String BEIT = "{type: beit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2, mlpRatio: 2,"
            + " dropPath: 0.1, relativePosition: shared}";
    static final String HIVIT =
            "{type: hivit, imageSize: 32, patchSize: 8, dim: 16, depths: [1, 1, 2], heads: 2, stemMlpRatio: 2, mlpRatio: 2,"
                    + " dropPath: 0.1, neck: {kind: mlp, dim: 8, depth: 1, mlpRatio: 2}}";
    static final String VIEW_VIT = "{type: vit, imageSize: 32, patchSize: 8, dim: 16, depth: 2, heads: 2, mlpRatio: 2,"
            + " classToken: false, posEmbed: learned, dropPath: 0.1}";
    private static final String DATA = "data: {source: {kind: scenes, train: 20, val: 6, size: 40}}\n";
    private static final String RUN =
            "run: {globalBatch: 8, microBatch: 4, precision: fp32, loaderThreads: 1, evalEvery: 3 steps,"
                    + " picturesEvery: 4 steps, checkpointEvery: 1 steps, ema: 0.9}\n";
    private static final String ADAMW =
            "optimizer: {type: adamw, lr: 5.0e-3}\nschedule: {type: cosine, length: 6 steps, warmup: 1 steps}\n";
    private static final String CROP = "crop: {type: resized, scale: [0.5, 1]}";

    private Recipes() {}

    static final String ATSS =
            "{type: atss, frame: {channels: 8, levels: 4, stacked: 1, normGroups: 2, anchorScale: 4}, targets: {nearest: 3}}";
    static final String GFL = "{type: gfl, frame: {channels: 8, levels: 4, stacked: 1, normGroups: 2, anchorScale: 4},"
            + " targets: {nearest: 3}, losses: {most: 6}}";

    static final String MASK_RCNN =
            "{type: mask-rcnn, channels: 8, mask: {convs: 1}, box: {linears: 1, units: 16, regions: 16},"
                    + " proposals: {anchorScale: 4, anchors: 32, perLevelWhileTraining: 50, mostWhileTraining: 40, perLevel: 50, most: 30}}";
    static final String CASCADE =
            MASK_RCNN.replace("mask-rcnn", "cascade-mask-rcnn").replace("linears", "convs: 1, linears");
    static final String HTC = MASK_RCNN
            .replace("mask-rcnn", "htc")
            .replace("linears", "convs: 1, linears")
            .replace("channels: 8,", "channels: 8, semantic: null,");

    /** Scenes at the size of the backbone. */
    static String detect(String backbone, String detector) {
        return "name: tiny\nstage: detect\n" + DATA + RUN + ADAMW
                + "augment: {branches: [[{type: resize, scales: [[32, 32]]}]]}\ninference: {scales: [[32, 32]]}\nbackbone: "
                + backbone + "\ndetector: " + detector + "\n";
    }

    /** An adapter over a plain network of two blocks, whose relative positions become each block's. */
    static String adapter(String plain) {
        return "{type: vit-adapter, vit: %s, interactions: [1, 1], stemDim: 4, attention: {heads: 2, points: 2, ratio: 0.5}, vitFeature: last}"
                .formatted(plain.replace("relativePosition: shared", "relativePosition: block"));
    }

    static String mae(String backbone) {
        return "name: tiny\nstage: pretrain\n" + DATA + RUN + ADAMW + "augment: {" + CROP + "}\nbackbone: " + backbone
                + "\nobjective: {type: mae, decoder: {dim: 16, depth: 1, heads: 2, mlpRatio: 2}}\n";
    }

    static String convMae() {
        return mae(CONV_VIT).replace("type: mae", "type: convmae");
    }

    /** The full objective, with the student's moving average as its teacher. */
    static String itpn() {
        return mae(HIVIT).replace("type: mae", "type: itpn");
    }

    static String loca() {
        return "name: tiny\nstage: pretrain\n" + DATA + RUN + ADAMW
                + "augment: {type: views, reference: {scale: [0.32, 1]}, colour: {}, queries: ["
                + "{count: 1, size: 32, scale: [0.32, 1], blur: 0.5, solarize: 0.2},"
                + " {count: 2, size: 16, scale: [0.1, 0.32]}]}\nbackbone: " + VIEW_VIT
                + "\nobjective: {type: loca, heads: 2, mlpRatio: 2, queryTokens: 7, maskRatio: 0.5,"
                + " clusters: {hidden: 24, bottleneck: 8, prototypes: 12, temperature: 0.1,"
                + " sharpening: 0.05, rounds: 3, weight: 1, entropyWeight: 1}, momentum: 0.5}\n";
    }

    /** @param teacher a block, such as {@code {type: pixels, …}} */
    static String beit2Tokenizer(String teacher) {
        return "name: tiny\nstage: pretrain\n" + DATA + RUN + ADAMW + "augment: {" + CROP + "}\nbackbone: "
                + BEIT.replace("shared", "none, absolutePosition: true, layerScale: 0")
                + "\nobjective: {type: beit2-tokenizer, quantizer: {codes: 16, dim: 8, restartAfter: 2},"
                + " decoder: {dim: 16, depth: 1, heads: 2}, teacher: " + teacher + "}\n";
    }

    /** @param tokenizer a block, such as {@code {type: random-projection, …}} */
    static String beit2(String tokenizer) {
        return "name: tiny\nstage: pretrain\n" + DATA + RUN + ADAMW + "augment: {" + CROP
                + ", jitter: {brightness: 0.4, contrast: 0.4, saturation: 0.4}}\nbackbone: " + BEIT
                + "\nobjective: {type: beit2, mask: {hidden: 6, least: 2}, tokenizer: " + tokenizer
                + ", classToken: {earlyLayer: 1, depth: 1, sharedHead: true}}\n";
    }

    static String classify(String backbone) {
        return "name: tiny\nstage: classify\n" + DATA + RUN + ADAMW + "augment: {" + CROP
                + ", mixup: 0.8, cutmix: 1, smoothing: 0.1}\nbackbone: " + backbone + "\nhead: {pooling: mean}\n";
    }

    static String linearProbe(String backbone, String augment) {
        return "name: tiny\nstage: linear-probe\n" + DATA + RUN
                + "optimizer: {type: lars, lr: 0.5}\nschedule: {type: constant, length: 6 steps}\naugment: " + augment
                + "\nbackbone: " + backbone + "\nhead: {pooling: mean}\n";
    }

    static String segment(String backbone) {
        return "name: tiny\nstage: segment\n" + DATA + RUN
                + "optimizer: {type: adamw, lr: 1.0e-3, layerDecay: 0.75}\n"
                + "schedule: {type: poly, length: 6 steps, warmup: 2 steps}\naugment: {}\nbackbone: " + backbone
                + "\nhead: {channels: 8, poolScales: [1, 2], auxiliary: {channels: 8}}\n";
    }

    static String segmentLinear(String backbone) {
        return segment(backbone, "{type: linear}");
    }

    static String semanticFpn(String backbone) {
        return segment(backbone, "{type: semantic-fpn, neckChannels: 16, channels: 16}");
    }

    static String mask2former(String backbone) {
        return segment(
                backbone,
                "{type: mask2former, channels: 16, heads: 2, queries: 6, groups: 4, encoder: {layers: 1, hidden: 16},"
                        + " decoder: {layers: 2, hidden: 16}, loss: {points: 32}}");
    }

    private static String segment(String backbone, String head) {
        String uper = segment(backbone);
        return uper.substring(0, uper.indexOf("\nhead: ")) + "\nhead: " + head + "\n";
    }

    static Recipe of(String yaml, String... sets) {
        return RecipeReader.parse(yaml, "test", new RecipeReader.Overrides(false, new ArrayList<>(List.of(sets))));
    }
}
