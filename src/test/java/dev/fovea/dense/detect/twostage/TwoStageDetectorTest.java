package dev.fovea.dense.detect.twostage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.ImageView;
import dev.fovea.dense.detect.SeesViews;
import dev.fovea.dense.detect.Truths;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.SoftNms;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.roi.CascadeRoiHead;
import dev.fovea.dense.detect.roi.CascadeSpec;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TwoStageDetectorTest {
    private static final Size SIZE = Size.square(64);
    private static final ProposalSettings PROPOSALS = new ProposalSettings(
            4, List.of(0.5, 1.0, 2.0), 1, ProposalSettings.Loss.L1, false, 64, 200, 60, 100, 30, 0.7);
    private static final BoxSettings BOX = new BoxSettings(0, false, 1, 16, BoxSettings.Loss.L1, false, 24);
    private static final BoxSettings AGNOSTIC = new BoxSettings(1, false, 1, 16, BoxSettings.Loss.SMOOTH_L1, true, 24);
    private static final ResultSettings RESULTS = new ResultSettings(0.01, 0.5, false, 10, 0.5);
    private static final Optional<MaskSettings> MASK = Optional.of(new MaskSettings(1, false));
    private static final DetectorSpec MASK_RCNN = new MaskRcnnSpec(NeckKind.FPN, 8, PROPOSALS, BOX, MASK, RESULTS);

    static Stream<DetectorSpec> specs() {
        BoxSettings giou = new BoxSettings(1, true, 1, 16, BoxSettings.Loss.GIOU, false, 24);
        ResultSettings soft = new ResultSettings(0.01, 0.5, true, 10, 0.5);
        HtcSpec.Semantic semantic = new HtcSpec.Semantic(3, 1, 0.2);
        Optional<HtcSpec.Attention> attention = Optional.of(new HtcSpec.Attention(4, 2, 0.1));
        Optional<MaskSettings> normed = Optional.of(new MaskSettings(1, true));
        return Stream.of(
                MASK_RCNN,
                new MaskRcnnSpec(NeckKind.FPN_NORMED, 8, PROPOSALS, BOX, normed, RESULTS),
                new CascadeMaskRcnnSpec(NeckKind.FPN, 8, PROPOSALS, giou, MASK, RESULTS),
                new HtcSpec(
                        attention,
                        NeckKind.FPN,
                        8,
                        PROPOSALS,
                        AGNOSTIC,
                        new MaskSettings(1, false),
                        Optional.of(semantic),
                        soft),
                new HtcSpec(
                        Optional.empty(),
                        NeckKind.FPN,
                        8,
                        PROPOSALS,
                        AGNOSTIC,
                        new MaskSettings(1, false),
                        Optional.empty(),
                        soft));
    }

    private static Backbone backbone() {
        return new VitSpec(SIZE, 16, 24, 4, 2, 2, 0, true, PosEmbed.SINCOS, List.of()).build(Use.DENSE);
    }

    private static Tensor images() {
        return torch.randn(2, 3, 64, 64);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void lossesAreFiniteSumUpAndReachEveryParameter(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        Losses losses = detector.losses(images(), List.of(Truths.two(), Truths.two()));
        double sum = losses.parts().entrySet().stream()
                .filter(part -> part.getKey().contains("loss"))
                .mapToDouble(part -> Tensors.item(part.getValue()))
                .sum();
        assertThat(Tensors.item(losses.total())).isFinite().isCloseTo(sum, within(1e-3));
        losses.total().backward();
        detector.parametersByName()
                .forEach((name, parameter) ->
                        assertThat(parameter.grad().defined()).as(name).isTrue());
        assertThat(detector.findsMasks()).isTrue();
        assertThat(detector.classes()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void imagesWithoutObjectsAreTrainedOn(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        Losses losses = detector.losses(images(), List.of(Truths.none(), Truths.none()));
        losses.total().backward();
        assertThat(Tensors.item(losses.total())).isFinite();
        losses.parts().forEach((name, value) -> {
            if (name.endsWith("loss_bbox") || name.endsWith("loss_mask")) {
                assertThat(Tensors.item(value)).as(name).isZero();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("specs")
    void whatIsFoundLiesInTheOriginalImage(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        detector.train(false);
        ImageSize size = new ImageSize(new Size(48, 64), SIZE, new Size(96, 128));
        try (NoGrad off = new NoGrad()) {
            List<DetectionResult> results = detector.detect(images(), List.of(size, ImageSize.of(SIZE)));
            assertThat(results).hasSize(2);
            DetectionResult first = results.get(0);
            assertThat(first.count()).isBetween(1, 10);
            float[] sides = Tensors.toFloats(first.boxes());
            for (int i = 0; i < sides.length; i++) {
                assertThat(sides[i]).isBetween(0f, i % 2 == 0 ? 128f : 96f);
            }
            assertThat(first.masks()).allMatch(mask -> mask.height() == 96 && mask.width() == 128);
            float[] scores = Tensors.toFloats(first.scores());
            for (int i = 1; i < scores.length; i++) {
                assertThat(scores[i]).isLessThanOrEqualTo(scores[i - 1]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void stepsInScopesOfTheirOwnCanFollowEachOther(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        for (int step = 0; step < 3; step++) {
            try (PointerScope scope = new PointerScope()) {
                Losses losses = detector.losses(images(), List.of(Truths.two(), Truths.none()));
                losses.total().backward();
                assertThat(Tensors.item(losses.total())).isFinite();
            }
        }
    }

    @Test
    void theDrawsOfAStepDecideItsSamples() {
        Detector detector = MASK_RCNN.build(backbone(), 2);
        Tensor images = images();
        List<GroundTruth> truths = List.of(Truths.two(), Truths.two());
        Draws.seed(1, 1);
        double first = Tensors.item(detector.losses(images, truths).total());
        double other = Tensors.item(detector.losses(images, truths).total());
        Draws.seed(1, 1);
        assertThat(Tensors.item(detector.losses(images, truths).total())).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void whereNothingIsFoundResultsAreEmpty(DetectorSpec spec) {
        ResultSettings none = new ResultSettings(1, 0.5, false, 10, 0.5);
        DetectorSpec strict = spec instanceof MaskRcnnSpec it
                ? new MaskRcnnSpec(it.neck(), 8, it.proposals(), it.box(), it.mask(), none)
                : spec instanceof CascadeMaskRcnnSpec it
                        ? new CascadeMaskRcnnSpec(it.neck(), 8, it.proposals(), it.box(), it.mask(), none)
                        : withResults((HtcSpec) spec, none);
        Detector detector = strict.build(backbone(), 2);
        detector.train(false);
        try (NoGrad off = new NoGrad()) {
            List<ImageSize> sizes = List.of(ImageSize.of(SIZE), ImageSize.of(SIZE));
            for (DetectionResult result : detector.detect(images(), sizes)) {
                assertThat(result.count()).isZero();
                assertThat(result.masks()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void oneViewAloneShowsWhatTheDetectorFinds(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        detector.train(false);
        ImageSize size = new ImageSize(new Size(48, 64), SIZE, new Size(96, 128));
        Suppression suppression = spec instanceof HtcSpec ? new SoftNms(0.5) : new HardNms(0.5);
        try (NoGrad off = new NoGrad()) {
            Tensor image = images().narrow(0, 0, 1);
            DetectionResult plain = detector.detect(image, List.of(size)).get(0);
            DetectionResult seen = ((SeesViews) detector)
                    .detect(List.of(new ImageView(image, size, false, 0, 1000)), suppression, RESULTS.most());
            assertThat(Tensors.toFloats(seen.boxes())).isEqualTo(Tensors.toFloats(plain.boxes()));
            assertThat(Tensors.toFloats(seen.scores())).isEqualTo(Tensors.toFloats(plain.scores()));
            assertThat(seen.masks()).isEqualTo(plain.masks());
        }
    }

    /** An image and its mirror image are two views of either. */
    @ParameterizedTest
    @MethodSource("specs")
    void viewsOfTheMirrorImageShowTheMirrorImageOfWhatIsFound(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        detector.train(false);
        ImageSize size = new ImageSize(SIZE, SIZE, new Size(128, 128));
        try (NoGrad off = new NoGrad()) {
            Tensor image = images().narrow(0, 0, 1);
            DetectionResult one = both(detector, image, image.flip(3), size);
            DetectionResult two = both(detector, image.flip(3), image, size);
            assertThat(Tensors.toFloats(two.scores())).containsExactly(Tensors.toFloats(one.scores()), within(1e-5f));
            Tensor back = new ImageView(image, size, true, 0, 0).mirrored(two.boxes());
            assertThat(Tensors.toFloats(back)).containsExactly(Tensors.toFloats(one.boxes()), within(1e-3f));
            for (int i = 0; i < one.count(); i++) {
                int area = one.masks().get(i).area();
                assertThat(two.masks().get(i).flipped().area()).isCloseTo(area, within(2 + area / 50));
            }
        }
    }

    private static DetectionResult both(Detector detector, Tensor image, Tensor mirrored, ImageSize size) {
        List<ImageView> views =
                List.of(new ImageView(image, size, false, 0, 1000), new ImageView(mirrored, size, true, 0, 1000));
        return ((SeesViews) detector).detect(views, new HardNms(0.5), 10);
    }

    @Test
    void fromAViewOnlyBoxesOfItsSizesAreTaken() {
        ImageView view = new ImageView(null, ImageSize.of(SIZE), false, 8, 16);
        Tensor boxes = Tensors.of(new float[] {0, 0, 7, 9, 0, 0, 4, 20, 0, 0, 16, 16, 0, 0, 32, 9}, 4, 4);
        assertThat(Tensors.toLongs(view.taken(boxes))).containsExactly(1, 2);
    }

    @Test
    void extraAttentionStandsBetweenBackboneAndNeck() {
        Detector detector = specs().filter(spec ->
                        spec instanceof HtcSpec it && it.extraAttention().isPresent())
                .findFirst()
                .orElseThrow()
                .build(backbone(), 2);
        assertThat(detector.parametersByName())
                .containsKeys(
                        "extra_attention.attn.qkv.weight",
                        "extra_attention.ffn.fc1.weight",
                        "neck.fpn_convs.0.conv.weight");
        assertThat(detector.parametersByName()
                        .get("extra_attention.ffn.fc1.weight")
                        .size(0))
                .isEqualTo(48);
        assertThatThrownBy(() -> new HtcSpec.Attention(5, 2, 0).build(24))
                .hasMessage(
                        "detector.extraAttention.heads 5 do not divide the 24 channels of the backbone's coarsest map");
    }

    private static HtcSpec withResults(HtcSpec it, ResultSettings results) {
        return new HtcSpec(
                it.extraAttention(), it.neck(), 8, it.proposals(), it.box(), it.mask(), it.semantic(), results);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void underAutocastLossesAreAboutTheSame(DetectorSpec spec) {
        Detector detector = spec.build(backbone(), 2);
        detector.train(false); // batch statistics aside
        Tensor images = images();
        List<GroundTruth> truths = List.of(Truths.two(), Truths.two());
        Draws.seed(1, 1);
        double exact = Tensors.item(detector.losses(images, truths).total());
        Draws.seed(1, 1);
        try (Precision.Scope cast = Precision.BF16.open()) {
            assertThat(Tensors.item(detector.losses(images, truths).total())).isCloseTo(exact, within(0.2 * exact));
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void interleavingAndTheFlowOfMasksAreEachASetting(boolean interleaved, boolean flow) {
        Backbone backbone = backbone();
        Frame frame = Frame.of(backbone, NeckKind.FPN, 8);
        CascadeSpec cascade = new CascadeSpec(
                frame.source(), Stages.of(AGNOSTIC, MASK, 8, 2, true), null, interleaved, flow, RESULTS.build());
        Detector detector = frame.detector(PROPOSALS, new CascadeRoiHead(cascade));
        Losses losses = detector.losses(images(), List.of(Truths.two(), Truths.two()));
        losses.total().backward();
        assertThat(Tensors.item(losses.total())).isFinite();
        Tensor reading = detector.parametersByName().get("roi_head.mask_head.1.conv_res.conv.weight");
        assertThat(reading.grad().defined()).isEqualTo(flow);
    }

    /** All are filtered out where none is large enough. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false"})
    void aCascadeLivesWithoutAnyProposal(boolean agnostic, boolean normed) {
        BoxSettings box = new BoxSettings(1, normed, 1, 16, BoxSettings.Loss.SMOOTH_L1, agnostic, 24);
        Frame frame = Frame.of(backbone(), NeckKind.FPN, 8);
        CascadeRoiHead head = new CascadeRoiHead(new CascadeSpec(
                frame.source(), Stages.of(box, MASK, 8, 2, false), null, false, false, RESULTS.build()));
        List<Tensor> maps = Stream.of(16, 8, 4, 2, 1)
                .map(side -> torch.randn(1, 8, side, side))
                .toList();
        Map<String, Tensor> losses = head.losses(maps, List.of(torch.zeros(0, 4)), List.of(Truths.none()));
        losses.forEach((name, value) -> assertThat(Tensors.item(value)).as(name).isZero());
        losses.get("s2.loss_cls").add(losses.get("s1.loss_bbox")).backward();
        head.train(false);
        try (NoGrad off = new NoGrad()) {
            DetectionResult found = head.detect(maps, List.of(torch.zeros(0, 4)), List.of(ImageSize.of(SIZE)))
                    .get(0);
            assertThat(found.count()).isZero();
        }
    }

    /** So that a run ends by what is wrong, and not by an index that is nowhere. */
    @Test
    void wherePredictionsAreNoNumbersNeitherIsTheLoss() {
        for (boolean agnostic : new boolean[] {false, true}) {
            BoxSettings box = new BoxSettings(0, false, 1, 16, BoxSettings.Loss.L1, agnostic, 24);
            Detector detector =
                    new CascadeMaskRcnnSpec(NeckKind.FPN, 8, PROPOSALS, box, MASK, RESULTS).build(backbone(), 2);
            try (NoGrad off = new NoGrad()) {
                detector.parametersByName()
                        .get("roi_head.bbox_head.0.fc_reg.bias")
                        .fill_(new Scalar(Double.NaN));
            }
            Losses losses = detector.losses(images(), List.of(Truths.two(), Truths.none()));
            assertThat(Tensors.item(losses.total())).isNaN();
            detector.train(false);
            try (NoGrad off = new NoGrad()) {
                List<ImageSize> sizes = List.of(ImageSize.of(SIZE), ImageSize.of(SIZE));
                assertThat(detector.detect(images(), sizes)).hasSize(2);
            }
        }
    }

    private static HtcSpec htc(int semanticClasses) {
        return new HtcSpec(
                Optional.empty(),
                NeckKind.FPN,
                8,
                PROPOSALS,
                AGNOSTIC,
                new MaskSettings(1, false),
                Optional.of(new HtcSpec.Semantic(semanticClasses, 1, 0.2)),
                RESULTS);
    }

    @Test
    void theSemanticBranchNeedsALevelWithTheCellsOfTheMaps() {
        Backbone fine = new ConvVitSpec(
                        SIZE,
                        List.of(2, 2, 2),
                        List.of(8, 12, 16),
                        List.of(1, 1, 2),
                        2,
                        List.of(2.0, 2.0, 2.0),
                        5,
                        0,
                        1,
                        true)
                .build(Use.DENSE);
        assertThat(fine.strides()).containsExactly(2, 4, 8, 16);
        Losses losses = htc(2).build(fine, 2).losses(images(), List.of(Truths.two(), Truths.none()));
        assertThat(Tensors.item(losses.parts().get("loss_semantic_seg"))).isPositive();
        Backbone coarse = new VitSpec(SIZE, 64, 24, 4, 2, 2, 0, true, PosEmbed.SINCOS, List.of()).build(Use.DENSE);
        assertThatThrownBy(() -> htc(2).build(coarse, 2))
                .hasMessage(
                        "detector.semantic learns from maps of 8 pixels a cell, and the levels' strides are [16, 32,"
                                + " 64, 128, 256]: leave the branch out with detector.semantic=null");
    }

    @Test
    void aClassThatTheSemanticBranchDoesNotHaveIsToldByItsNumber() {
        Detector detector = htc(1).build(backbone(), 2);
        assertThatThrownBy(() -> detector.losses(images(), List.of(Truths.none(), Truths.two())))
                .hasMessageContaining("the semantic map of image 1 of the batch has the class 1, which is not below"
                        + " detector.semantic.classes 1 (255 = none)");
    }

    @Test
    void withoutAMaskHeadOnlyBoxesAreFound() {
        Detector detector =
                new MaskRcnnSpec(NeckKind.FPN, 8, PROPOSALS, BOX, Optional.empty(), RESULTS).build(backbone(), 2);
        Losses losses = detector.losses(images(), List.of(Truths.two(), Truths.none()));
        assertThat(losses.parts()).containsOnlyKeys("loss_rpn_cls", "loss_rpn_bbox", "loss_cls", "acc", "loss_bbox");
        assertThat(detector.findsMasks()).isFalse();
    }

    @Test
    void aPyramidOfOneWidthNeedsNoNeck() {
        Detector detector = new MaskRcnnSpec(NeckKind.BACKBONE, 24, PROPOSALS, BOX, MASK, RESULTS).build(backbone(), 2);
        assertThat(detector.parametersByName().keySet()).noneMatch(name -> name.startsWith("neck"));
        detector.losses(images(), List.of(Truths.two(), Truths.two())).total().backward();
        assertThatThrownBy(() ->
                        new MaskRcnnSpec(NeckKind.BACKBONE, 8, PROPOSALS, BOX, MASK, RESULTS).build(backbone(), 2))
                .hasMessage(
                        "channels 8 are not those of the backbone's pyramid, [24, 24, 24, 24], and neck backbone leaves them as they are");
    }

    @Test
    void masksAreWantedWhereTheyAreTrained() {
        Detector detector = MASK_RCNN.build(backbone(), 2);
        GroundTruth two = Truths.two();
        GroundTruth bare = new GroundTruth(two.size(), two.boxes(), two.labels());
        assertThatThrownBy(() -> detector.losses(images(), List.of(two, bare)))
                .hasMessage("image 1 of the batch has no masks to train on");
        assertThatThrownBy(() -> detector.losses(images(), List.of(two)))
                .hasMessage("1 ground truths for a batch of 2 images");
    }

    /** With ResNet-50's 23,508,032 and the pyramid's 3,344,384 they give torchvision's 44,401,393, frozen norms and ten more classes aside. */
    @Test
    void thePublishedHeadsHaveThePublishedParameters() {
        Map<String, Long> counts = Map.of("rpn_head", 593_935L, "roi_head", 16_949_985L);
        Detector detector = MaskRcnnSpec.published().build(backbone(), 80);
        counts.forEach((head, count) -> assertThat(detector.parametersByName().entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(head))
                        .mapToLong(entry -> entry.getValue().numel())
                        .sum())
                .as(head)
                .isEqualTo(count));
    }
}
