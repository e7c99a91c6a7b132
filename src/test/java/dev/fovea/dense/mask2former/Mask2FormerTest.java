package dev.fovea.dense.mask2former;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.dense.Norm;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Mask2FormerTest {
    private static final int CLASSES = 4;

    @BeforeEach
    void seed() {
        Draws.seed(3, 0);
    }

    private static Mask2FormerSpec spec(boolean projects) {
        return spec(List.of(8, 16, 16, 32), 4, projects);
    }

    private static Mask2FormerSpec spec(List<Integer> widths, int heads, boolean projects) {
        SinePositions positions = SinePositions.ofWidth(16);
        return new Mask2FormerSpec(
                widths,
                CLASSES,
                16,
                8,
                5,
                3,
                new Mask2FormerSpec.Encoder(1, heads, 2, 24, positions),
                new Mask2FormerSpec.Decoder(4, heads, 24, positions),
                Norm.group(4),
                projects);
    }

    private static List<Tensor> maps(int images) {
        List<Tensor> maps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            maps.add(torch.randn(images, spec(false).widths().get(i), 16 >> i, 24 >> i));
        }
        return maps;
    }

    private static Losses losses(Mask2Former model, List<MaskTargets> targets) {
        MaskCriterion criterion = new MaskCriterion(MaskCriterion.Spec.of(CLASSES, 40, 0.1));
        return criterion.losses(model.predictions(maps(targets.size())), targets);
    }

    private static List<MaskTargets> targets() {
        Tensor labels = torch.randint(0, CLASSES, new long[] {2, 32, 48});
        labels.select(0, 1).fill_(new Scalar(255)); // an image without any label
        return MaskTargets.ofLabelMaps(labels, CLASSES);
    }

    @Test
    void aGradientReachesEveryParameter() {
        Mask2Former model = new Mask2Former(spec(true));
        try (NoGrad off = new NoGrad()) { // away from the start, where no point is preferred
            model.parametersByName().values().forEach(parameter -> parameter.add_(torch.randn(Shapes.of(parameter))));
        }
        losses(model, targets()).total().backward();
        model.parametersByName().forEach((name, parameter) -> {
            assertThat(parameter.grad().defined()).as(name).isTrue();
            assertThat(Tensors.item(parameter.grad().abs().sum())).as(name).isPositive();
        });
    }

    @Test
    void everyLayerPredictsClassesAndMasksAtTheFinestSize() {
        List<MaskPrediction> predictions = new Mask2Former(spec(false)).predictions(maps(2));
        assertThat(predictions).hasSize(5).allSatisfy(prediction -> {
            assertThat(Shapes.text(prediction.classes())).isEqualTo("2x5x5");
            assertThat(Shapes.text(prediction.masks())).isEqualTo("2x5x16x24");
        });
    }

    @Test
    void anImageDoesNotDependOnItsNeighbours() {
        Mask2Former model = new Mask2Former(spec(false));
        List<Tensor> both = maps(2);
        List<Tensor> second = both.stream().map(map -> map.narrow(0, 1, 1)).toList();
        Tensor together = model.prediction(both).masks().narrow(0, 1, 1);
        Tensor alone = model.prediction(second).masks();
        assertThat(Tensors.item(together.sub(alone).abs().max())).isLessThan(1e-4);
    }

    @Test
    void withoutAnyLabelOnlyTheClassesLearn() {
        Mask2Former model = new Mask2Former(spec(false));
        Tensor nothing = torch.full(new long[] {1, 32, 48}, new Scalar(255)).to(torch.ScalarType.Long);
        Losses losses = losses(model, MaskTargets.ofLabelMaps(nothing, CLASSES));
        assertThat(Tensors.item(losses.parts().get("loss_mask"))).isZero();
        assertThat(Tensors.item(losses.parts().get("loss_cls"))).isPositive();
        losses.total().backward();
        assertThat(Tensors.item(model.parametersByName()
                        .get("cls_embed.weight")
                        .grad()
                        .abs()
                        .sum()))
                .isPositive();
    }

    @Test
    void moreMasksThanQueriesLeaveTheDearestOut() {
        Mask2Former model = new Mask2Former(spec(false));
        Tensor labels = Tensors.range(0, 7).remainder(new Scalar(CLASSES));
        Tensor masks = torch.rand(7, 32, 48).gt(new Scalar(0.5));
        Losses losses = losses(model, List.of(new MaskTargets(labels, masks)));
        assertThat(losses.parts()).hasSize(15);
        assertThat(Tensors.item(losses.total().isfinite().all().to(torch.ScalarType.Float)))
                .isEqualTo(1);

        MaskTargets three = new MaskTargets(labels.narrow(0, 0, 3), bands(3));
        Losses ofTwoQueries = new MaskCriterion(MaskCriterion.Spec.of(CLASSES, 200, 0.1))
                .losses(List.of(perfect(three, 2)), List.of(three));
        assertThat(Tensors.item(ofTwoQueries.parts().get("loss_cls"))).isLessThan(1e-3);
        assertThat(Tensors.item(ofTwoQueries.parts().get("loss_dice"))).isLessThan(0.5);
    }

    /** Masks beside each other, 16 pixels wide. */
    private static Tensor bands(int count) {
        Tensor masks = Tensors.zeros(count, 32, 48);
        for (int i = 0; i < count; i++) {
            masks.select(0, i).narrow(1, 16L * i, 16).fill_(new Scalar(1));
        }
        return masks;
    }

    @Test
    void theSameDrawsGiveTheSameLossBitForBit() {
        Mask2Former model = new Mask2Former(spec(false));
        List<MaskTargets> targets = targets();
        Draws.seed(5, 9);
        double first = Tensors.item(losses(model, targets).total());
        Draws.seed(5, 9);
        assertThat(Tensors.item(losses(model, targets).total())).isEqualTo(first);
    }

    @Test
    void perfectPredictionsCostNextToNothingWhateverTheOrderOfQueries() {
        Tensor labels = Tensors.zeros(1, 32, 48).to(torch.ScalarType.Long);
        labels.narrow(1, 16, 16).fill_(new Scalar(2));
        labels.narrow(2, 24, 24).fill_(new Scalar(3));
        MaskTargets target = MaskTargets.ofLabelMaps(labels, CLASSES).get(0);
        MaskPrediction perfect = perfect(target, 6);
        MaskCriterion criterion = new MaskCriterion(MaskCriterion.Spec.of(CLASSES, 200, 0.1));
        Losses losses = criterion.losses(List.of(perfect), List.of(target));
        assertThat(Tensors.item(losses.parts().get("loss_cls"))).isLessThan(1e-3);
        assertThat(Tensors.item(losses.parts().get("loss_dice"))).isLessThan(0.5); // between pixels masks are mixed
        Tensor found = MaskInference.semantic(perfect).argmax(new LongOptional(1), false);
        assertThat(Tensors.toLongs(found)).isEqualTo(Tensors.toLongs(labels));
    }

    /** Halves count a quarter then, so that unsure masks are taken for smaller ones. */
    @Test
    void sizesMayBeSumsOfSquares() {
        Tensor labels = Tensors.zeros(1, 32, 48).to(torch.ScalarType.Long);
        MaskTargets target = MaskTargets.ofLabelMaps(labels, CLASSES).get(0);
        MaskPrediction unsure = new MaskPrediction(Tensors.zeros(1, 1, CLASSES + 1), Tensors.zeros(1, 1, 32, 48));
        double[] dice = new double[2];
        for (int squares = 0; squares < 2; squares++) {
            MaskCriterion.Spec usual = MaskCriterion.Spec.of(CLASSES, 400, 0.1);
            MaskCriterion criterion = new MaskCriterion(new MaskCriterion.Spec(
                    usual.classWeights(), usual.losses(), usual.matching(), 400, 3, 0.75, squares == 1));
            dice[squares] = Tensors.item(
                    criterion.losses(List.of(unsure), List.of(target)).parts().get("loss_dice"));
        }
        assertThat(dice[0]).isCloseTo(5 * (1 - 401.0 / 601), within(0.1)); // 1 - (2 / 2 + 1 / 400) / (3 / 2 + 1 / 400)
        assertThat(dice[1]).isCloseTo(5 * (1 - 400.0 / 502), within(0.1)); // 1 - (2 / 2) / (5 / 4 + 2 / 400)
    }

    /** Sure of everything; the last query has the first mask. */
    private static MaskPrediction perfect(MaskTargets target, int queries) {
        Tensor classes = Tensors.zeros(1, queries, CLASSES + 1), masks = Tensors.full(-30, 1, queries, 32, 48);
        long[] labels = Tensors.toLongs(target.labels());
        for (int q = 0; q < queries; q++) {
            int mask = queries - 1 - q;
            boolean object = mask < labels.length;
            classes.select(1, q).select(1, object ? labels[mask] : CLASSES).fill_(new Scalar(30));
            if (object) {
                masks.select(1, q).add_(target.masks().select(0, mask).mul(new Scalar(60)));
            }
        }
        return new MaskPrediction(classes, masks);
    }

    @Test
    void aLabelMapHasAMaskForEachClassThatIsPresent() {
        Tensor labels = Tensors.of(new long[] {0, 2, 2, 255, 0, 2}, 1, 2, 3);
        MaskTargets targets = MaskTargets.ofLabelMaps(labels, CLASSES).get(0);
        assertThat(Tensors.toLongs(targets.labels())).containsExactly(0, 2);
        assertThat(Tensors.toFloats(targets.masks())).containsExactly(1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1);
    }

    @Test
    void theSpecSaysWhatDoesNotFit() {
        assertThatThrownBy(() -> spec(List.of(8, 8), 4, false))
                .hasMessage("mask2former: levels 3 are not 1 to 2, the number of maps");
        assertThatThrownBy(() -> new Mask2Former(spec(List.of(8, 8, 8, 8), 5, false)))
                .hasMessageContaining("not divisible by heads 5");
    }
}
