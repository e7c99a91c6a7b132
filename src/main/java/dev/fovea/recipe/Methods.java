package dev.fovea.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.HiVitSpec;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.single.AtssSpec;
import dev.fovea.dense.detect.single.GflSpec;
import dev.fovea.dense.detect.twostage.CascadeMaskRcnnSpec;
import dev.fovea.dense.detect.twostage.HtcSpec;
import dev.fovea.dense.detect.twostage.MaskRcnnSpec;
import dev.fovea.pretrain.Objective;
import dev.fovea.pretrain.beit2.Beit2Spec;
import dev.fovea.pretrain.beit2.RandomProjectionSpec;
import dev.fovea.pretrain.beit2.TokenizerSource;
import dev.fovea.pretrain.beit2.VqkdFile;
import dev.fovea.pretrain.beit2.VqkdSpec;
import dev.fovea.pretrain.convmae.ConvMaeSpec;
import dev.fovea.pretrain.itpn.ItpnClipSpec;
import dev.fovea.pretrain.itpn.ItpnSpec;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.teacher.ClipSpec;
import dev.fovea.teacher.DinoSpec;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.PixelSpec;
import dev.fovea.teacher.TargetSource;
import dev.fovea.teacher.TeacherSpec;
import java.util.List;
import java.util.Map;

/** The one list of what a recipe can name: a new method is a line here. */
public final class Methods {
    /**
     * A name in recipes and the record behind it.
     *
     * @param defaults the keys that may be left out, as YAML
     * @param presets named parts as YAML, of which {@code preset:} gives one or, later ones winning, several; single keys
     *     still win over them
     */
    record Method(String name, Class<? extends Record> type, String defaults, Map<String, String> presets) {
        static Method of(String name, Class<? extends Record> type) {
            return new Method(name, type, "{}", Map.of());
        }
    }

    /**
     * What can stand in one place of a recipe, told apart by the value of one key.
     *
     * @param unnamed the method that is meant, and not written, when the key is left out; null = the key is required
     */
    record Choice(Class<?> place, String key, List<Method> methods, String unnamed) {
        Choice(Class<?> place, String key, List<Method> methods) {
            this(place, key, methods, null);
        }
    }

    private static final Method VIT = new Method(
            "vit",
            VitSpec.class,
            "{imageSize: 224, patchSize: 16, mlpRatio: 4, dropPath: 0, classToken: true, posEmbed: sincos, taps: [],"
                    + " gelu: exact, qkvBias: true, layerScale: 0,"
                    + " normEps: 1.0e-6, relativePosition: false, dense: %s}".formatted(DetectionForms.none("0.0")),
            DetectionForms.withThoseOfVit(Map.of(
                    "tiny", "{dim: 192, depth: 12, heads: 3}",
                    "small", "{dim: 384, depth: 12, heads: 6}",
                    "base", "{dim: 768, depth: 12, heads: 12}",
                    "large", "{dim: 1024, depth: 24, heads: 16}",
                    "huge", "{dim: 1280, depth: 32, heads: 16, patchSize: 14}")));

    private static final Method CONV_VIT = new Method(
            "convvit",
            ConvVitSpec.class,
            "{imageSize: 224, patchSizes: [4, 2, 2], mlpRatios: [4, 4, 4], kernelSize: 5, dropPath: 0,"
                    + " layerScale: 1, relativePosition: true, qkvBias: true, absolutePosition: true, normEps: 1.0e-6,"
                    + " convNormEps: 1.0e-5, dense: %s}".formatted(DetectionForms.none("1.0e-5")),
            DetectionForms.withThoseOfConvVit(Map.of(
                    "tiny", "{dims: [48, 96, 192], depths: [1, 1, 7], heads: 3}",
                    "small", "{dims: [128, 256, 384], depths: [2, 2, 11], heads: 6}",
                    "base", "{dims: [256, 384, 768], depths: [2, 2, 11], heads: 12}",
                    "large", "{dims: [384, 768, 1024], depths: [2, 2, 23], heads: 16}",
                    "huge", "{dims: [768, 1024, 1280], depths: [2, 2, 31], heads: 16}")));

    private static final String FAST = "mlpRatio: 3, layerScale: 0.1, posEmbed: learned, design: fast}";

    private static final Method HIVIT = new Method(
            "hivit",
            HiVitSpec.class,
            "{imageSize: 224, patchSize: 16, stemMlpRatio: 3, mlpRatio: 4, dropPath: 0, layerScale: 0,"
                    + " posEmbed: sincos, positionGrid: 0, relativePosition: false, design: hivit, qkvBias: true, stemNorm: true,"
                    + " normEps: 1.0e-6, dense: %s}".formatted(DetectionForms.none("1.0e-5")),
            DetectionForms.withThoseOfHiVit(Map.of(
                    "tiny",
                    "{dim: 192, depths: [1, 1, 8], heads: 3}",
                    "base",
                    "{dim: 512, depths: [3, 3, 24], heads: 8}",
                    "large",
                    "{dim: 768, depths: [2, 2, 40], heads: 12}",
                    "hivit-base",
                    "{dim: 512, depths: [4, 4, 20], heads: 8}",
                    "fast-tiny",
                    "{dim: 384, depths: [1, 1, 12], heads: 6, " + FAST,
                    "fast-small",
                    "{dim: 384, depths: [2, 2, 20], heads: 6, " + FAST,
                    "fast-base",
                    "{dim: 512, depths: [3, 3, 24], heads: 8, " + FAST,
                    "fast-large",
                    "{dim: 768, depths: [2, 2, 40], heads: 12, " + FAST)));

    private static final Method BEIT = new Method(
            "beit",
            BeitSpec.class,
            "{imageSize: 224, patchSize: 16, mlpRatio: 4, dropPath: 0, layerScale: 0.1, relativePosition: block,"
                    + " absolutePosition: false, form: {channels: 3, qkvBias: true, headDim: 0, qkScale: 0}, taps: [],"
                    + " normEps: 1.0e-6, dense: %s}".formatted(DetectionForms.none("0.0")),
            DetectionForms.withThoseOfBeit(Map.of(
                    "tiny", "{dim: 192, depth: 12, heads: 3}",
                    "small", "{dim: 384, depth: 12, heads: 6}",
                    "base", "{dim: 768, depth: 12, heads: 12}",
                    "large", "{dim: 1024, depth: 24, heads: 16, layerScale: 1.0e-5}")));

    private static final Method VIT_ADAPTER = new Method(
            "vit-adapter",
            VitAdapterSpec.class,
            "{pretrainSize: 0, windows: [], interactions: [], stemDim: 64,"
                    + " parts: {spatialPrior: true, injector: true, extractor: true},"
                    + " attention: {reach: deformable, heads: 6, points: 4, ratio: 1}, gammaStart: 0, ffnRatio: 0.25,"
                    + " extraExtractors: 2, vitFeature: each}",
            DetectionForms.withThoseOfAdapter(Map.of(
                    "tiny", adapted("tiny", 0.1, "heads: 6, ratio: 1"),
                    "small", adapted("small", 0.2, "heads: 6, ratio: 1"),
                    "base", adapted("base", 0.3, "heads: 12, ratio: 0.5"),
                    "large", adapted("large", 0.4, "heads: 16, ratio: 0.5"))));

    private static String adapted(String size, double dropPath, String attention) {
        return "{vit: {type: vit, preset: %s, dropPath: %s, layerScale: 1}, attention: {%s}}"
                .formatted(size, dropPath, attention);
    }

    private static final String PIXELS =
            "maskRatio: 0.75, decoder: {dim: 512, depth: 8, heads: 16, mlpRatio: 4}, normPixels: true, loss: mse";

    private static final Method ITPN = new Method(
            "itpn",
            ItpnSpec.class,
            "{" + PIXELS + ", decodes: pyramid,"
                    + " features: {lambda: 0.3, distance: mse, input: hidden, teacher: {type: ema}}}",
            Map.of());
    private static final Method ITPN_CLIP = new Method(
            "itpn-clip",
            ItpnClipSpec.class,
            "{mask: {hidden: 75, least: 16, most: 0, minAspect: 0.3, maxAspect: 0}}",
            Map.of());

    private static final Method LOCA = new Method(
            "loca",
            LocaSpec.class,
            "{pairing: query, localisation: patch, maskRatio: 0.8, selection: consecutive, queryTokens: 0,"
                    + " queryPositions: true, heads: 12, mlpRatio: 4, positionWeight: 1,"
                    + " momentum: 0.996, lastMomentum: 1, gelu: exact}",
            Map.of());
    private static final Method BEIT2_TOKENIZER = new Method(
            "beit2-tokenizer",
            VqkdSpec.class,
            "{quantizer: {codes: 8192, dim: 32, commitment: 1, learning: ema, decay: 0.99, start: kmeans, restartAfter: 0},"
                    + " decoder: {dim: 768, depth: 3, heads: 12, mlpRatio: 4}}",
            Map.of());
    private static final Method BEIT2 = new Method(
            "beit2",
            Beit2Spec.class,
            "{mask: {hidden: 75, least: 16, most: 0, minAspect: 0.3, maxAspect: 0}}",
            Map.of());
    private static final List<Method> TOKENIZERS = List.of(
            Method.of("run", RunTokenizer.class),
            new Method(
                    "vqkd",
                    VqkdFile.class,
                    "{imageSize: 224, patchSize: 16, dim: 768, depth: 12, heads: 12, mlpRatio: 4, codes: 8192, codeDim: 32}",
                    Map.of()),
            new Method(
                    "random-projection",
                    RandomProjectionSpec.class,
                    "{imageSize: 224, patchSize: 16, codes: 8192, dim: 16, seed: 0}",
                    Map.of()));

    /** What ATSS and GFL share with their published configurations. */
    private static final String DENSE = "frame: {channels: 256, levels: 5, stacked: 4, normGroups: 32, anchorScale: 8},"
            + " targets: {nearest: 9, border: -1, positiveWeight: -1},"
            + " results: {lowestScore: 0.05, candidates: 1000, suppression: {type: nms, iou: 0.6}, most: 100}";

    private static Method dense(String name, Class<? extends Record> type, String losses) {
        return new Method(name, type, "{%s, losses: {%s}}".formatted(DENSE, losses), Map.of());
    }

    /** Two-stage detectors as published; HTC is the form HTC++. */
    private static Method twoStage(String name, Class<? extends Record> type, String proposals, String rest) {
        String all = "{neck: fpn, channels: 256, mask: {convs: 4}, proposals: {anchorScale: 8, ratios: [0.5, 1, 2],"
                + " convs: 1, anchors: 256, perLevelWhileTraining: 2000, perLevel: 1000, most: 1000, iou: 0.7, %s}, %s}";
        return new Method(name, type, all.formatted(proposals, rest), Map.of());
    }

    private static final String SCORED =
            "results: {lowestScore: 0.05, iou: 0.5, soft: false, most: 100, maskThreshold: 0.5}";

    private static final List<Method> DETECTORS = List.of(
            twoStage(
                    "mask-rcnn",
                    MaskRcnnSpec.class,
                    "loss: l1, insideOnly: false, mostWhileTraining: 1000",
                    "box: {convs: 0, normed: false, linears: 2, units: 1024, loss: l1, agnostic: false, regions: 512}, "
                            + SCORED),
            twoStage(
                    "cascade-mask-rcnn",
                    CascadeMaskRcnnSpec.class,
                    "loss: smooth-l1, insideOnly: false, mostWhileTraining: 2000",
                    "box: {convs: 4, normed: true, linears: 1, units: 1024, loss: giou, agnostic: false, regions: 512}, "
                            + SCORED),
            twoStage(
                    "htc",
                    HtcSpec.class,
                    "loss: smooth-l1, insideOnly: true, mostWhileTraining: 2000",
                    "box: {convs: 4, normed: false, linears: 1, units: 1024, loss: smooth-l1, agnostic: true, regions: 512},"
                            + " semantic: {classes: 183, convs: 4, weight: 0.2},"
                            + " results: {lowestScore: 0.001, iou: 0.5, soft: true, most: 100, maskThreshold: 0.5}"),
            dense("atss", AtssSpec.class, "alpha: 0.25, gamma: 2, classWeight: 1, boxWeight: 2, centernessWeight: 1"),
            dense("gfl", GflSpec.class, "most: 16, beta: 2, classWeight: 1, boxWeight: 2, sideWeight: 0.25"));

    private static final List<Method> SUPPRESSIONS = List.of(
            new Method("nms", HardNms.class, "{groupwise: true}", Map.of()),
            new Method(
                    "soft-nms",
                    SoftNms.class,
                    "{method: linear, sigma: 0.5, lowest: 0.001, groupwise: true}",
                    Map.of()));

    private static final Method CLIP = new Method(
            "clip",
            ClipSpec.class,
            "{imageSize: 224, quickGelu: true}",
            Map.of(
                    "b32", "{patchSize: 32, width: 768, depth: 12, heads: 12, dim: 512}",
                    "b16", "{patchSize: 16, width: 768, depth: 12, heads: 12, dim: 512}",
                    "l14", "{patchSize: 14, width: 1024, depth: 24, heads: 16, dim: 768}"));

    private static final Method DINO = new Method(
            "dino",
            DinoSpec.class,
            "{imageSize: 224, mlpRatio: 4}",
            Map.of(
                    "s16", "{patchSize: 16, dim: 384, depth: 12, heads: 6}",
                    "s8", "{patchSize: 8, dim: 384, depth: 12, heads: 6}",
                    "b16", "{patchSize: 16, dim: 768, depth: 12, heads: 12}",
                    "b8", "{patchSize: 8, dim: 768, depth: 12, heads: 12}"));

    private static final Method PIXEL_TEACHER =
            new Method("pixels", PixelSpec.class, "{imageSize: 224, patchSize: 16}", Map.of());
    private static final Method RUN = Method.of("run", RunTeacher.class);
    private static final Method EMA = new Method("ema", EmaSpec.class, "{coefficient: 0.996}", Map.of());

    private static final List<Choice> CHOICES = List.of(
            new Choice(BackboneSpec.class, "type", List.of(VIT, CONV_VIT, HIVIT, BEIT, VIT_ADAPTER)),
            new Choice(
                    Objective.class,
                    "type",
                    List.of(
                            new Method("mae", MaeSpec.class, "{" + PIXELS + "}", Map.of()),
                            new Method(
                                    "convmae",
                                    ConvMaeSpec.class,
                                    "{" + PIXELS
                                            + ", masking: blockwise, fusion: true, maskedConvolution: true,"
                                            + " visibleOnly: true}",
                                    Map.of()),
                            ITPN,
                            ITPN_CLIP,
                            LOCA,
                            BEIT2_TOKENIZER,
                            BEIT2)),
            new Choice(
                    PretrainViews.class,
                    "type",
                    List.of(Method.of("crop", PretrainAugment.class), Method.of("views", MultiViewAugment.class)),
                    "crop"),
            new Choice(TokenizerSource.class, "type", TOKENIZERS),
            new Choice(DetectorSpec.class, "type", DETECTORS),
            new Choice(Suppression.class, "type", SUPPRESSIONS),
            new Choice(TeacherSpec.class, "type", List.of(CLIP, DINO, RUN, PIXEL_TEACHER)),
            new Choice(TargetSource.class, "type", List.of(EMA, CLIP, DINO, RUN, PIXEL_TEACHER)),
            new Choice(
                    SegmentHead.class,
                    "type",
                    List.of(
                            Method.of("uper", UperBlock.class),
                            Method.of("linear", LinearBlock.class),
                            Method.of("semantic-fpn", SemanticFpnBlock.class),
                            Method.of("mask2former", Mask2FormerBlock.class)),
                    "uper"),
            new Choice(
                    Recipe.class,
                    "stage",
                    List.of(
                            Method.of("pretrain", PretrainRecipe.class),
                            Method.of("classify", ClassifyRecipe.class),
                            Method.of("linear-probe", LinearProbeRecipe.class),
                            Method.of("segment", SegmentRecipe.class),
                            Method.of("detect", DetectRecipe.class))),
            new Choice(
                    DetectStep.class,
                    "type",
                    List.of(Method.of("resize", DetectStep.Resize.class), Method.of("crop", DetectStep.Crop.class))),
            new Choice(
                    DataSource.class,
                    "kind",
                    List.of(
                            Method.of("folder", DataSource.Folder.class),
                            Method.of("imagefolder", DataSource.ImageFolder.class),
                            Method.of("cifar", DataSource.Cifar.class),
                            Method.of("idx", DataSource.Idx.class),
                            Method.of("pairs", DataSource.Pairs.class),
                            Method.of("published", DataSource.Published.class),
                            Method.of("coco", DataSource.Coco.class),
                            Method.of("shards", DataSource.Shards.class),
                            Method.of("scenes", DataSource.Scenes.class))),
            new Choice(
                    Crop.class,
                    "type",
                    List.of(Method.of("resized", Crop.Resized.class), Method.of("square", Crop.Square.class))),
            new Choice(
                    OptimizerBlock.class,
                    "type",
                    List.of(
                            Method.of("adamw", OptimizerBlock.AdamW.class),
                            Method.of("lars", OptimizerBlock.Lars.class),
                            Method.of("sgd", OptimizerBlock.Sgd.class))),
            new Choice(
                    ScheduleBlock.class,
                    "type",
                    List.of(
                            Method.of("cosine", ScheduleBlock.Cosine.class),
                            Method.of("poly", ScheduleBlock.Poly.class),
                            Method.of("step", ScheduleBlock.Step.class),
                            Method.of("constant", ScheduleBlock.Constant.class))));

    private Methods() {}

    /** The names that can stand in a place, such as {@code BackboneSpec.class} or {@code Objective.class}. */
    public static List<String> names(Class<?> place) {
        return choice(place).methods().stream().map(Method::name).toList();
    }

    /** The name of a block's record, such as {@code convmae}. */
    public static String nameOf(Object block) {
        return CHOICES.stream()
                .flatMap(choice -> choice.methods().stream())
                .filter(method -> method.type() == block.getClass())
                .map(Method::name)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        block.getClass().getSimpleName() + " is not in the list of methods"));
    }

    /** The choice of a place; null where the place takes one record only. */
    static Choice choice(Class<?> place) {
        return CHOICES.stream()
                .filter(choice -> choice.place() == place)
                .findFirst()
                .orElse(null);
    }

    /** The choice a record belongs to, or null. */
    static Choice choiceOf(Class<?> record) {
        return CHOICES.stream()
                .filter(choice -> choice.methods().stream().anyMatch(method -> method.type() == record))
                .findFirst()
                .orElse(null);
    }

    /** The keys of a record that may be left out, when it is one of a choice. */
    static ObjectNode defaults(Class<?> record) {
        return CHOICES.stream()
                .flatMap(choice -> choice.methods().stream())
                .filter(method -> method.type() == record)
                .findFirst()
                .map(method -> Yaml.block(method.defaults(), method.name()))
                .orElseGet(Yaml::emptyBlock);
    }

    /** What a block means that leaves a key out where the method {@code name} could stand; null where it may not. */
    static String unnamedBeside(String key, String name) {
        return CHOICES.stream()
                .filter(choice -> choice.key().equals(key) && choice.unnamed() != null)
                .filter(choice -> choice.methods().stream()
                        .anyMatch(method -> method.name().equals(name)))
                .map(Choice::unnamed)
                .findFirst()
                .orElse(null);
    }

    /** Whether a key tells methods apart somewhere. */
    static boolean isChoiceKey(String key) {
        return CHOICES.stream().anyMatch(choice -> choice.key().equals(key));
    }
}
