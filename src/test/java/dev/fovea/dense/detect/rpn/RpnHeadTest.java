package dev.fovea.dense.detect.rpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.Truths;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxOverlap;
import dev.fovea.dense.detect.box.BoxSampler;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.box.MaxIouAssigner;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class RpnHeadTest {
    private static final ProposalRule RULE = new ProposalRule(100, 40, new HardNms(0.7), 0);
    private final List<Tensor> maps = List.of(torch.randn(2, 8, 16, 16), torch.randn(2, 8, 8, 8));
    private final List<GroundTruth> truths = List.of(Truths.two(), Truths.none());

    private static RpnSpec spec(BoxLoss loss, boolean decoded, double border) {
        return new RpnSpec(
                8,
                8,
                1,
                AnchorGenerator.of(List.of(4, 8), List.of(0.5, 1.0, 2.0), List.of(4.0)),
                BoxCoder.of(1, 1, 1, 1),
                loss,
                decoded,
                1,
                new RpnSpec.Training(
                        new MaxIouAssigner(0.7, 0.3, 0.3, true), new BoxSampler(32, 0.5, false), border, -1),
                RULE,
                new ProposalRule(50, 10, new HardNms(0.7), 0));
    }

    private static RpnHead head() {
        return new RpnHead(spec(BoxLoss.l1(), false, -1));
    }

    @Test
    void proposalsLieInTheImageInOrderAndApart() {
        RpnHead head = head();
        ImageSize small = new ImageSize(new Size(40, 50), Size.square(64), new Size(80, 100));
        List<Proposals> all = head.proposals(head.levels(maps), List.of(small, ImageSize.of(Size.square(64))));
        float[] sides = Tensors.toFloats(all.get(0).boxes());
        for (int i = 0; i < sides.length; i++) {
            assertThat(sides[i]).isBetween(0f, i % 2 == 0 ? 50f : 40f);
        }
        assertThat(all.get(0).boxes().size(0)).isBetween(10L, 40L);
        float[] scores = Tensors.toFloats(all.get(1).scores());
        for (int i = 1; i < scores.length; i++) {
            assertThat(scores[i]).isLessThanOrEqualTo(scores[i - 1]);
        }
        assertThat(all.get(1).rows().size(1)).isEqualTo(5);
    }

    @Test
    void inUseAnotherRuleHoldsThanInTraining() {
        RpnHead head = head();
        List<ImageSize> sizes = List.of(ImageSize.of(Size.square(64)), ImageSize.of(Size.square(64)));
        assertThat(head.proposals(head.levels(maps), sizes).get(0).boxes().size(0))
                .isGreaterThan(10);
        head.train(false);
        assertThat(head.proposals(head.levels(maps), sizes).get(0).boxes().size(0))
                .isEqualTo(10);
    }

    @Test
    void trainedAnchorsAreAsManyAsAreSampledAndThoseOfObjectsOverlapThem() {
        RpnHead head = head();
        List<RpnHead.Level> levels = head.levels(maps);
        RpnTargets targets = head.targets(levels, truths);
        assertThat(Tensors.item(targets.labelWeights().sum())).isEqualTo(64);
        long[] positives = Tensors.toLongs(targets.boxWeights().sum(1));
        assertThat(positives[0]).isBetween(2L, 16L);
        assertThat(positives[1]).isZero();
        assertThat(targets.positives()).isEqualTo(positives[0] + 1); // an image without objects counts as one
        Tensor anchors =
                Tensors.cat(0, head.spec().anchors().anchors(List.of(Size.square(16), Size.square(8)), maps.get(0)));
        Tensor chosen = targets.boxWeights().select(0, 0).nonzero().reshape(-1);
        Tensor decoded = head.spec()
                .coder()
                .decode(
                        anchors.index_select(0, chosen),
                        targets.boxes().select(0, 0).index_select(0, chosen),
                        null);
        Tensor overlap = BoxOverlap.IOU.pairwise(decoded, Truths.two().boxes()).amax(new long[] {1}, false);
        assertThat(Tensors.item(overlap.min())).isCloseTo(1, within(1e-4));
    }

    @Test
    void anchorsAcrossTheBorderAreLeftOutWhereThatIsAsked() {
        RpnHead head = new RpnHead(spec(BoxLoss.l1(), false, 0));
        RpnTargets targets = head.targets(head.levels(maps), truths);
        Tensor anchors =
                Tensors.cat(0, head.spec().anchors().anchors(List.of(Size.square(16), Size.square(8)), maps.get(0)));
        Tensor trained = targets.labelWeights().select(0, 1).nonzero().reshape(-1);
        float[] sides = Tensors.toFloats(anchors.index_select(0, trained));
        assertThat(sides).isNotEmpty();
        for (int i = 0; i < sides.length; i++) {
            assertThat(sides[i]).isBetween(0f, 64f);
        }
    }

    @Test
    void lossesReachAllParametersWhateverIsCompared() {
        for (RpnSpec spec : List.of(spec(BoxLoss.smoothL1(0.1), false, -1), spec(BoxLoss.giou(2), true, -1))) {
            RpnHead head = new RpnHead(spec);
            List<RpnHead.Level> levels = head.levels(maps);
            RpnHead.Loss loss = head.loss(levels, head.targets(levels, truths));
            assertThat(loss.scores().size(0)).isEqualTo(2);
            loss.scores().sum().add(loss.boxes().sum()).backward();
            head.parametersByName().forEach((name, parameter) -> assertThat(
                            Tensors.item(parameter.grad().abs().sum()))
                    .as(name)
                    .isPositive());
        }
    }

    @Test
    void aHeadThatStartsNearZeroHasTheLossOfGuessing() {
        RpnHead head = head();
        List<RpnHead.Level> levels = head.levels(maps);
        double loss = Tensors.item(
                head.loss(levels, head.targets(levels, truths)).scores().sum());
        assertThat(loss).isCloseTo(Math.log(2) * 64 / 65, within(0.05));
    }

    @Test
    void severalConvolutionsAreNumbered() {
        RpnSpec plain = spec(BoxLoss.l1(), false, -1);
        RpnHead head = new RpnHead(new RpnSpec(
                8, 8, 2, plain.anchors(), plain.coder(), plain.boxLoss(), false, 1, plain.training(), RULE, RULE));
        assertThat(head.parametersByName()).containsKeys("rpn_conv.0.conv.weight", "rpn_conv.1.conv.bias");
        assertThat(head.levels(maps)).hasSize(2);
    }

    @Test
    void aLossOfBoxesWantsThemDecoded() {
        assertThatThrownBy(() -> spec(BoxLoss.giou(1), false, -1))
                .hasMessageEndingWith("compares boxes, so decoded must be true");
    }
}
