package dev.fovea.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Conv2d;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SegmentationInferenceTest {
    private final Conv2d model = new Conv2d(3, 4, Conv2d.Shape.kernel(5).same());
    private final Conv2d pointwise = new Conv2d(3, 4, Conv2d.Shape.kernel(1));
    private final Tensor photo = torch.randn(1, 3, 21, 30);
    private final Size original = new Size(25, 36);

    @Test
    void aWindowThatCoversTheImageEqualsTheWholeImage() {
        SlidingWindow window = new SlidingWindow(new Size(21, 30), new Size(7, 7), 4, false);

        Tensor slid = SegmentationInference.sliding(model::forward, window).logits(photo, original);
        Tensor whole = SegmentationInference.whole(model::forward).logits(photo, original);

        assertThat(largestDifference(slid, whole)).isZero();
    }

    @Test
    void windowsOfAModelWithoutContextAddUpToTheWholeImage() {
        Tensor batch = torch.randn(2, 3, 21, 30);
        for (int at : new int[] {1, 2, 5, 100}) {
            SlidingWindow window = new SlidingWindow(new Size(8, 9), new Size(5, 4), at, false);

            Tensor slid = window.logits(pointwise::forward, batch);

            assertThat(largestDifference(slid, pointwise.forward(batch))).isCloseTo(0, within(1e-6));
        }
    }

    @Test
    void everyPixelIsCoveredAndTheLastWindowIsShiftedBackInside() {
        for (int height = 1; height <= 40; height++) {
            SlidingWindow window = new SlidingWindow(new Size(8, 8), new Size(5, 8), 1, false);
            boolean[] covered = new boolean[height];
            for (SlidingWindow.Window w : window.windows(height, 3)) {
                for (int y = w.top(); y < w.top() + w.height(); y++) {
                    covered[y] = true;
                }
            }
            assertThat(covered).doesNotContain(false);
        }
        assertThat(new SlidingWindow(new Size(8, 8), new Size(5, 5), 1, false).windows(15, 8))
                .containsExactly(
                        new SlidingWindow.Window(0, 0, 8, 8),
                        new SlidingWindow.Window(5, 0, 8, 8),
                        new SlidingWindow.Window(7, 0, 8, 8));
    }

    @Test
    void smallImagesArePaddedForBackbonesOfOneSize() {
        List<String> sizes = new ArrayList<>();
        SlidingWindow window = new SlidingWindow(new Size(32, 16), new Size(16, 8), 2, true);

        Tensor logits = window.logits(
                x -> {
                    sizes.add(Shapes.text(x.size(2), x.size(3)));
                    return pointwise.forward(x);
                },
                photo);

        assertThat(sizes).isNotEmpty().allMatch("32x16"::equals);
        assertThat(largestDifference(logits, pointwise.forward(photo))).isCloseTo(0, within(1e-6));
    }

    @Test
    void averagingBothFlipsIsSymmetric() {
        SegmentationInference inference = SegmentationInference.whole(model::forward);
        Tensor mirrored = View.Flip.HORIZONTAL.apply(photo);

        Tensor direct = inference.probabilities(View.ofScales(List.of(photo), true), original);
        Tensor ofMirrored = inference.probabilities(View.ofScales(List.of(mirrored), true), original);

        assertThat(largestDifference(direct, View.Flip.HORIZONTAL.apply(ofMirrored)))
                .isCloseTo(0, within(1e-6));
        assertThat(largestDifference(direct, ofMirrored)).isGreaterThan(1e-3);
    }

    @Test
    void probabilitiesAddUpToOneWhateverTheViews() {
        SegmentationInference inference = SegmentationInference.sliding(
                model::forward, new SlidingWindow(new Size(16, 16), new Size(10, 10), 3, false));
        List<Tensor> scales = List.of(Bilinear.resize(photo, 11, 15), photo, Bilinear.resize(photo, 37, 53));
        List<View> views = View.ofScales(scales, true);

        Tensor sums = inference.probabilities(views, original).sum(1);

        assertThat(views).hasSize(6);
        assertThat(Shapes.of(sums)).containsExactly(1, 25, 36);
        assertThat(Tensors.item(sums.sub(Tensors.ones(1)).abs().max())).isCloseTo(0, within(1e-6));
    }

    @Test
    void bfloat16ModelsGiveFloat32Probabilities() {
        try (Precision.Scope scope = Precision.BF16.open()) {
            Tensor probabilities =
                    SegmentationInference.whole(model::forward).probabilities(View.plain(photo), original);

            assertThat(probabilities.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
        }
    }

    @Test
    void settingsWithoutSenseAreRefused() {
        assertThatThrownBy(() -> new SlidingWindow(new Size(32, 32), new Size(33, 32), 1, false))
                .hasMessage("sliding-window stride 33x32 is larger than the crop 32x32: pixels between would have no"
                        + " score");
        assertThatThrownBy(() -> new SlidingWindow(new Size(32, 32), new Size(32, 32), 0, false))
                .hasMessage("sliding-window batch 0 is not positive");
        assertThatThrownBy(() -> SegmentationInference.whole(model::forward).probabilities(List.of(), original))
                .hasMessage("test-time augmentation needs at least one view");
    }

    @Test
    void aModelThatDoesNotGiveFullResolutionIsRefused() {
        SlidingWindow window = new SlidingWindow(new Size(8, 8), new Size(8, 8), 1, false);
        Conv2d strided = new Conv2d(3, 4, Conv2d.Shape.patch(4));

        assertThatThrownBy(() -> window.logits(strided::forward, photo))
                .hasMessage("the model gave scores 1x4x2x2 for windows of 8x8");
    }

    private static double largestDifference(Tensor a, Tensor b) {
        try (NoGrad off = new NoGrad()) {
            return Tensors.item(a.sub(b).abs().max());
        }
    }

    @Test
    void whatTheModelMakesOnItsWayIsFreedWindowByWindow() {
        SlidingWindow window = new SlidingWindow(Size.square(8), Size.square(4), 1, false);
        UnaryOperator<Tensor> wasteful = x -> {
            Tensor y = x;
            for (int i = 0; i < 100; i++) {
                y = y.add(new Scalar(0.0));
            }
            return y;
        };
        try (PointerScope scope = new PointerScope()) {
            Tensor image = torch.rand(1, 3, 24, 24);
            long before = Pointer.totalCount();
            Tensor scores = window.logits(wasteful, image);
            assertThat(Pointer.totalCount() - before).isLessThan(1000); // 25 windows make 2500
            assertThat(Tensors.item(scores.sub(image).abs().max())).isLessThan(1e-6);
        }
    }
}
