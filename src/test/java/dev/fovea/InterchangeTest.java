package dev.fovea;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Tiny;
import dev.fovea.backbone.Use;
import dev.fovea.classify.ClassificationLoss;
import dev.fovea.classify.Classifier;
import dev.fovea.dense.Norm;
import dev.fovea.dense.adapter.AttentionSpec;
import dev.fovea.dense.adapter.Interaction;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.dense.adapter.VitAdapterSpec.VitFeature;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.mask2former.Mask2Former;
import dev.fovea.dense.mask2former.Mask2FormerSpec;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.SinePositions;
import dev.fovea.dense.segment.FcnHead;
import dev.fovea.dense.segment.LinearHead;
import dev.fovea.dense.segment.Mask2FormerHead;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.dense.segment.SemanticFpnHead;
import dev.fovea.dense.segment.UperHead;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Gelu;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LinearProbeHead;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Clip;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.pretrain.Objective;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.beit2.Beit2Spec;
import dev.fovea.pretrain.beit2.ClassTokenSpec;
import dev.fovea.pretrain.beit2.QuantizerSpec;
import dev.fovea.pretrain.beit2.RandomProjectionSpec;
import dev.fovea.pretrain.beit2.VqkdSpec;
import dev.fovea.pretrain.convmae.ConvMaeSpec;
import dev.fovea.pretrain.itpn.Decodes;
import dev.fovea.pretrain.itpn.FeatureDistance;
import dev.fovea.pretrain.itpn.FeatureSpec;
import dev.fovea.pretrain.itpn.ItpnClipSpec;
import dev.fovea.pretrain.itpn.ItpnSpec;
import dev.fovea.pretrain.loca.ClusterSpec;
import dev.fovea.pretrain.loca.LocaDraw;
import dev.fovea.pretrain.loca.LocaSpec;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.teacher.EmaSpec;
import dev.fovea.teacher.TinyTeacher;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import dev.fovea.weights.StateLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every objective on every backbone under every head: pre-train one step, save, load the backbone below the head, train
 * one step, save and reload with the same output; or the text that says why a pair cannot work. The table of
 * docs/architecture.md is held to what happens here.
 */
class InterchangeTest {
    private static final int CLASSES = 3;
    private static final String ADAPTED = "adapter + uper + fcn";
    private static final String ADAPTED_DETECTOR = "adapter + mask-rcnn";
    private static final String BEGIN = "<!-- interchange -->\n";
    private static final String END = "<!-- /interchange -->";

    private static final Map<String, BackboneSpec> BACKBONES = new LinkedHashMap<>();
    private static final Map<String, Objective> OBJECTIVES = new LinkedHashMap<>();
    private static final Map<String, Function<BackboneSpec, Head>> HEADS = new LinkedHashMap<>();

    static {
        BACKBONES.put("vit", Tiny.vit());
        BACKBONES.put("convvit", Tiny.convVit());
        BACKBONES.put("hivit", Tiny.hiVit());
        BACKBONES.put("beit", Tiny.beit());
        PixelDecoder.Spec decoder = new PixelDecoder.Spec(16, 1, 2, 2);
        OBJECTIVES.put("mae", new MaeSpec(0.75, decoder, true, PixelLoss.MSE));
        OBJECTIVES.put(
                "convmae",
                new ConvMaeSpec(0.75, decoder, true, PixelLoss.MSE, ConvMaeSpec.Masking.BLOCKWISE, true, true, true));
        OBJECTIVES.put("itpn", itpn(Decodes.PYRAMID));
        OBJECTIVES.put("itpn (stages)", itpn(Decodes.STAGES));
        OBJECTIVES.put("itpn-clip", new ItpnClipSpec(new BlockMask(8, 2, 0, 0.3), TinyTeacher.ofTinyImages()));
        OBJECTIVES.put(
                "loca",
                new LocaSpec(
                        LocaSpec.Pairing.QUERY,
                        LocaSpec.Localisation.PATCH,
                        0.5,
                        LocaDraw.Selection.CONSECUTIVE,
                        0,
                        true,
                        2,
                        2,
                        1,
                        Optional.of(new ClusterSpec(24, 8, 12, 0.1, 0.05, 3, 1, 1)),
                        0.996,
                        1,
                        Gelu.EXACT));
        OBJECTIVES.put("beit2-tokenizer", tokenizer());
        OBJECTIVES.put(
                "beit2",
                new Beit2Spec(
                        new BlockMask(6, 2, 0, 0.3),
                        new RandomProjectionSpec(Size.square(32), 8, 12, 4, 0),
                        Optional.of(new ClassTokenSpec(1, 1, true))));
        HEADS.put("classify (mean)", spec -> classifier(spec, Pooling.MEAN));
        HEADS.put("classify (token)", spec -> classifier(spec, Pooling.TOKEN));
        HEADS.put("linear probe", InterchangeTest::linearProbe);
        HEADS.put("uper + fcn", InterchangeTest::segmenter);
        HEADS.put("linear decoder", InterchangeTest::linearSegmenter);
        HEADS.put("semantic fpn", InterchangeTest::semanticFpn);
        HEADS.put("mask2former", InterchangeTest::mask2former);
        HEADS.put(ADAPTED, spec -> segmenter(adapter(spec)));
        TinyDetectors.all().forEach((name, detector) -> HEADS.put(name, spec -> detector(detector, spec)));
        DetectorSpec maskRcnn = TinyDetectors.all().get("mask-rcnn");
        HEADS.put(ADAPTED_DETECTOR, spec -> detector(maskRcnn, adapter(spec)));
    }

    @TempDir
    Path folder;

    /** What stands on a backbone: the whole model, its output and its loss. */
    private record Head(Layer model, Function<Tensor, Tensor> output, Function<Tensor, Tensor> loss) {}

    @TestFactory
    Stream<DynamicTest> everyPairWorksOrSaysWhyNot() {
        return OBJECTIVES.keySet().stream().flatMap(objective -> BACKBONES.keySet().stream()
                .map(backbone -> DynamicTest.dynamicTest(
                        objective + " on " + backbone,
                        () -> assertThat(outcomes(objective, backbone)).isEqualTo(expected(objective, backbone)))));
    }

    /** {@code -Dinterchange.write=true} brings the page up to date. */
    @Test
    void theArchitecturePageHoldsTheTable() throws Exception {
        Path page = Path.of("docs/architecture.md");
        String text = Files.readString(page);
        int from = text.indexOf(BEGIN) + BEGIN.length(), to = text.indexOf(END);
        if (Boolean.getBoolean("interchange.write")) {
            Files.writeString(page, text.substring(0, from) + table() + text.substring(to));
            text = Files.readString(page);
        }
        assertThat(text).contains(BEGIN + table() + END);
    }

    /** The cells of a row, by head. */
    private static Map<String, String> expected(String objective, String backbone) {
        Map<String, String> cells = new LinkedHashMap<>();
        String paired = expectedOfPair(objective, backbone);
        for (String head : HEADS.keySet()) {
            boolean adaptable = backbone.equals("vit") || backbone.equals("beit");
            boolean adapted = head.equals(ADAPTED) || head.equals(ADAPTED_DETECTOR);
            cells.put(head, adapted && paired.equals("yes") && !adaptable ? unadapted(backbone) : paired);
        }
        return cells;
    }

    private static String unadapted(String backbone) {
        return "no: vit %s is neither a plain vit nor a beit"
                .formatted(BACKBONES.get(backbone).getClass().getSimpleName());
    }

    private static String expectedOfPair(String objective, String backbone) {
        boolean onAny = List.of("mae", "loca", "beit2-tokenizer").contains(objective);
        if (onAny
                || objective.equals("convmae") && backbone.equals("convvit")
                || objective.equals("beit2") && backbone.equals("beit")) {
            return "yes";
        }
        String spec = BACKBONES.get(backbone).getClass().getSimpleName();
        if (objective.equals("convmae")) {
            return "no: convmae needs a backbone with masked convolution stages of three strides (convvit); " + spec
                    + " has none: use the objective mae";
        }
        if (objective.equals("beit2")) {
            return "no: beit2 needs a backbone that takes mask tokens in place of patches (beit); " + spec
                    + " does not: a beit with relativePosition none, absolutePosition true and layerScale 0 is a plain"
                    + " vision transformer";
        }
        return backbone.equals("hivit") ? "yes" : expectedOfItpn(objective, spec);
    }

    private static VqkdSpec tokenizer() {
        QuantizerSpec quantizer =
                new QuantizerSpec(8, 4, 1, QuantizerSpec.Learning.EMA, 0.9, QuantizerSpec.Start.KMEANS, 0);
        return new VqkdSpec(quantizer, new VqkdSpec.DecoderSpec(16, 1, 2, 2), TinyTeacher.ofTinyImages());
    }

    private static String expectedOfItpn(String objective, String spec) {
        boolean levels = spec.equals("ConvVitSpec");
        if (objective.equals("itpn-clip")) {
            return "no: itpn-clip puts mask tokens between the stages of a hivit with a neck; " + spec + " is none";
        } else if (!levels) {
            return "no: itpn needs a backbone with levels of several strides for visible units alone (hivit, convvit); "
                    + (spec.equals("VitSpec") ? "VisionTransformer" : "Beit")
                    + " has one stride: use the objective mae";
        }
        return objective.equals("itpn (stages)")
                ? "yes"
                : "no: decodes pyramid pre-trains a neck, and this ConvVit has none: give backbone.neck (hivit has one to"
                        + " give), or decode stages or top";
    }

    /** The full objective, with the student's moving average as its teacher. */
    private static ItpnSpec itpn(Decodes decodes) {
        FeatureSpec features = new FeatureSpec(0.3, FeatureDistance.MSE, new EmaSpec(0.996), FeatureSpec.Input.HIDDEN);
        return new ItpnSpec(0.75, decodes, new PixelDecoder.Spec(16, 1, 2, 2), true, PixelLoss.MSE, features);
    }

    private static String table() {
        InterchangeTable table = new InterchangeTable(List.copyOf(HEADS.keySet()));
        for (String objective : OBJECTIVES.keySet()) {
            BACKBONES.keySet().forEach(backbone -> table.add(objective, backbone, expected(objective, backbone)));
        }
        return table.markdown();
    }

    private Map<String, String> outcomes(String objective, String backbone) {
        Map<String, String> cells = new LinkedHashMap<>();
        Draws.seed(2, 0);
        PretrainModel pretrained;
        try {
            pretrained = OBJECTIVES.get(objective).build(BACKBONES.get(backbone));
        } catch (IllegalArgumentException why) {
            HEADS.keySet().forEach(head -> cells.put(head, "no: " + why.getMessage()));
            return cells;
        }
        Tensor images = torch.randn(2, 3, 32, 32);
        step(pretrained, x -> pretrained.losses(x).total(), images);
        Path file = folder.resolve(objective + "-" + backbone + ".safetensors");
        Safetensors.write(file, pretrained.state(), Map.of());
        HEADS.forEach((name, head) -> cells.put(name, transfers(file, head, images, backbone)));
        return cells;
    }

    private String transfers(Path pretrained, Function<BackboneSpec, Head> build, Tensor images, String backbone) {
        Head head;
        try {
            head = build.apply(BACKBONES.get(backbone));
        } catch (IllegalArgumentException why) {
            return "no: " + why.getMessage();
        }
        assertTransfers(pretrained, head, build, images, backbone);
        return "yes";
    }

    private void assertTransfers(
            Path pretrained, Head head, Function<BackboneSpec, Head> rebuild, Tensor images, String backbone) {
        var report = StateLoader.strict()
                .allowingMissing(
                        "(?!backbone\\.).*",
                        "backbone\\.(pyramid|fpn|neck)\\..*",
                        "backbone\\..*(gamma_|relative_position).*",
                        "backbone\\.(spm|interactions|up|norm\\d|level_embed).*")
                .allowingLeft("(?!backbone\\.).*", "backbone\\.(norm|neck|rel_pos_bias|cls_token)\\b.*")
                .load(Safetensors.read(pretrained), head.model().state(), pretrained.toString());
        assertThat(report.toString()).isNotEmpty();
        if (head.model() instanceof Detector detector) {
            detectorStep(detector, head.loss(), images);
        } else {
            step(head.model(), head.loss(), images);
        }

        Path saved = folder.resolve("head.safetensors");
        Safetensors.write(saved, head.model().state(), Map.of());
        Head again = rebuild.apply(BACKBONES.get(backbone));
        StateLoader.strict().load(Safetensors.read(saved), again.model().state(), saved.toString());
        assertThat(evaluated(again, images)).containsExactly(evaluated(head, images));
    }

    private static float[] evaluated(Head head, Tensor images) {
        head.model().train(false);
        try (NoGrad off = new NoGrad()) {
            return Tensors.toFloats(head.output().apply(images));
        }
    }

    private static void step(Layer model, Function<Tensor, Tensor> loss, Tensor images) {
        model.train(true);
        AdamW optimizer = new AdamW(
                ParamGroups.uniform(model.parametersByName(), WeightDecay.pretrain(0.05)), AdamW.Options.PRETRAIN);
        double before = drawnAlike(loss, images);
        for (int i = 0; i < 8; i++) {
            Draws.seed(1, 0);
            loss.apply(images).backward();
            optimizer.step(1e-3);
            optimizer.zeroGrad();
        }
        assertThat(drawnAlike(loss, images)).isLessThan(before);
    }

    /** Which regions are looked at changes with the weights, so that the loss of so few steps may rise. */
    private static void detectorStep(Detector model, Function<Tensor, Tensor> loss, Tensor images) {
        model.train(true);
        AdamW optimizer = new AdamW(
                ParamGroups.uniform(model.parametersByName(), WeightDecay.pretrain(0.05)), AdamW.Options.PRETRAIN);
        Draws.seed(1, 0);
        loss.apply(images).backward();
        double norm = Clip.toNorm(optimizer.parameters(), Double.POSITIVE_INFINITY);
        assertThat(norm).isPositive().isFinite();
        optimizer.step(1e-3);
        assertThat(drawnAlike(loss, images)).isFinite();
    }

    /** The loss under the same mask and the same dropped branches. */
    private static double drawnAlike(Function<Tensor, Tensor> loss, Tensor images) {
        Draws.seed(1, 0);
        return Tensors.item(loss.apply(images));
    }

    private static Head classifier(BackboneSpec spec, Pooling pooling) {
        Classifier model = new Classifier(spec, pooling, CLASSES);
        return new Head(model, model::forward, x -> ClassificationLoss.smoothed(model.forward(x), labels(x), 0));
    }

    private static Head linearProbe(BackboneSpec spec) {
        Probe model = new Probe(spec.build(Use.PROBE));
        return new Head(model, model::forward, x -> ClassificationLoss.smoothed(model.forward(x), labels(x), 0));
    }

    private static VitAdapterSpec adapter(BackboneSpec spec) {
        BackboneSpec plain = spec instanceof BeitSpec beit ? beit.withRelativePosition(RelativeBias.BLOCK) : spec;
        return new VitAdapterSpec(
                plain,
                0,
                List.of(),
                List.of(1, 1),
                4,
                Interaction.Parts.ALL,
                new AttentionSpec(AttentionSpec.Reach.DEFORMABLE, 2, 2, 0.5),
                0,
                0.25,
                2,
                VitFeature.LAST);
    }

    private static Head segmenter(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);
        return segmenter(new SegmentationModel(
                backbone,
                new UperHead(UperHead.Spec.of(backbone.widths(), 8, CLASSES)),
                new FcnHead(FcnHead.Spec.auxiliary(backbone.widths().get(2), 8, CLASSES)),
                SegmentationModel.AUXILIARY_WEIGHT));
    }

    private static Head detector(DetectorSpec detector, BackboneSpec spec) {
        Detector model = TinyDetectors.build(detector, spec);
        return new Head(model, x -> TinyDetectors.found(model, x), x -> TinyDetectors.loss(model, x));
    }

    private static Head linearSegmenter(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.CLASSIFY_TOKEN);
        boolean bare = !backbone.parametersByName().containsKey("norm.weight");
        return segmenter(new SegmentationModel(backbone, new LinearHead(backbone.dim(), CLASSES, 0, bare)));
    }

    private static Head semanticFpn(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);
        SemanticFpnHead.Spec head = SemanticFpnHead.Spec.of(backbone.widths(), backbone.strides(), 8, 8, CLASSES, 0.1);
        return segmenter(new SegmentationModel(backbone, new SemanticFpnHead(head)));
    }

    private static Head mask2former(BackboneSpec spec) {
        Backbone backbone = spec.build(Use.DENSE);
        SinePositions positions = SinePositions.ofWidth(8);
        Mask2FormerSpec head = new Mask2FormerSpec(
                backbone.widths(),
                CLASSES,
                8,
                8,
                6,
                3,
                new Mask2FormerSpec.Encoder(1, 2, 2, 16, positions),
                new Mask2FormerSpec.Decoder(2, 2, 16, positions),
                Norm.group(2),
                false);
        MaskCriterion criterion = new MaskCriterion(MaskCriterion.Spec.of(CLASSES, 40, 0.1));
        return segmenter(new SegmentationModel(backbone, new Mask2FormerHead(new Mask2Former(head), criterion)));
    }

    private static Head segmenter(SegmentationModel model) {
        Tensor truth = Tensors.range(0, 2L * 32 * 32).remainder(new Scalar(CLASSES));
        return new Head(model, model::forward, x -> model.losses(x, truth.reshape(2, 32, 32))
                .total());
    }

    private static Tensor labels(Tensor images) {
        return Tensors.range(0, images.size(0));
    }

    /** A frozen backbone under the head of MAE's linear probe. */
    private static final class Probe extends Layer {
        private final Backbone backbone;
        private final LinearProbeHead head;

        Probe(Backbone backbone) {
            this.backbone = child("backbone", backbone);
            head = child("head", new LinearProbeHead(backbone.dim(), CLASSES));
        }

        @Override
        public Tensor forward(Tensor x) {
            return head.forward(backbone.pooled(x, Pooling.MEAN).detach());
        }
    }
}
