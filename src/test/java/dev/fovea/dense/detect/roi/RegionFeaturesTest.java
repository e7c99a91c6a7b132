package dev.fovea.dense.detect.roi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.dense.detect.box.RandomBoxes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class RegionFeaturesTest {
    private static final int H = 24, W = 32, STRIDE = 4;

    /** Rises by 1 a column and by 10 a row. */
    private static Tensor ramp() {
        Tensor x = Tensors.range(0, W).to(ScalarType.Float).reshape(1, 1, 1, W);
        Tensor y = Tensors.range(0, H).to(ScalarType.Float).reshape(1, 1, H, 1);
        return x.add(y.mul(new Scalar(10)));
    }

    @Test
    void aLinearRampIsCutExactly() {
        Tensor region = Tensors.of(new float[] {0, 20, 12, 83, 61}, 1, 5); // inside, away from the border
        for (int samples : new int[] {0, 1, 3}) {
            RoiAlign how = new RoiAlign(3, samples, true);
            float[] cells =
                    Tensors.toFloats(new RegionFeatures(List.of(ramp()), List.of(STRIDE)).cut(region, level(1), how));
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 3; column++) {
                    double x = (20 + (83 - 20) * (column + 0.5) / 3) / STRIDE - 0.5;
                    double y = (12 + (61 - 12) * (row + 0.5) / 3) / STRIDE - 0.5;
                    assertThat(cells[3 * row + column]).isCloseTo((float) (x + 10 * y), within(2e-3f));
                }
            }
        }
    }

    @Test
    void withoutAlignmentTheCutLiesHalfACellFurther() {
        Tensor region = Tensors.of(new float[] {0, 20, 12, 84, 60}, 1, 5);
        RegionFeatures features = new RegionFeatures(List.of(ramp()), List.of(STRIDE));
        Tensor aligned = features.cut(region, level(1), new RoiAlign(2, 2, true));
        Tensor old = features.cut(region, level(1), new RoiAlign(2, 2, false));
        assertThat(Tensors.toFloats(old.sub(aligned)))
                .containsExactly(new float[] {5.5f, 5.5f, 5.5f, 5.5f}, within(1e-3f));
    }

    @Test
    void eachRegionIsCutFromItsImageAndLevel() {
        Tensor fine = numbered(2, 8, 8, 0), coarse = numbered(2, 4, 4, 100);
        RegionFeatures features = new RegionFeatures(List.of(fine, coarse), List.of(4, 8));
        Tensor regions = Tensors.of(new float[] {1, 4, 4, 20, 20, 0, 4, 4, 20, 20, 1, 8, 8, 24, 24}, 3, 5);
        Tensor cut = features.cut(regions, Tensors.of(new long[] {0, 1, 1}, 3), RoiAlign.of(2));
        assertThat(Tensors.toFloats(cut.reshape(3, -1).mean(1)))
                .containsExactly(new float[] {1, 100, 101}, within(1e-4f));
        assertThat(cut.size(1)).isEqualTo(3);
    }

    /** Images whose values are all their number plus an offset. */
    private static Tensor numbered(int images, int h, int w, double offset) {
        return Tensors.range(0, images)
                .to(ScalarType.Float)
                .add(new Scalar(offset))
                .reshape(images, 1, 1, 1)
                .expand(images, 3, h, w)
                .contiguous();
    }

    @Test
    void regionsOutsideTheMapAndEmptyOnesAreZero() {
        Tensor map = Tensors.ones(1, 2, 8, 8);
        Tensor regions = Tensors.of(new float[] {0, 100, 100, 140, 140, 0, 5, 5, 5, 5, 0, -80, 4, -20, 20}, 3, 5);
        Tensor cut = new RegionFeatures(List.of(map), List.of(4)).cut(regions, level(3), RoiAlign.of(3));
        assertThat(Tensors.toFloats(cut)).containsOnly(0f);
    }

    @Test
    void longThinRegionsAmongOthersAreCutAsAlone() {
        RandomBoxes random = new RandomBoxes(7);
        Tensor map = random.spread(1, 1, 2, 40, 60);
        Tensor boxes = Tensors.cat(0, random.boxes(6, 100), Tensors.of(new float[] {0, 40, 239, 43}, 1, 4));
        Tensor regions = Tensors.cat(1, Tensors.zeros(7, 1), boxes);
        RegionFeatures features = new RegionFeatures(List.of(map), List.of(4));
        Tensor together = features.cut(regions, level(7), RoiAlign.of(7));
        for (int i = 0; i < 7; i++) {
            Tensor alone = features.cut(regions.narrow(0, i, 1), level(1), RoiAlign.of(7));
            assertThat(Tensors.toFloats(together.narrow(0, i, 1)))
                    .containsExactly(Tensors.toFloats(alone), within(1e-5f));
        }
    }

    @Test
    void theGradientOfAllCellsSumsToTheirNumber() {
        Tensor map = Tensors.ones(1, 1, H, W).set_requires_grad(true);
        Tensor region = Tensors.of(new float[] {0, 20, 12, 84, 60}, 1, 5);
        new RegionFeatures(List.of(map), List.of(STRIDE))
                .cut(region, level(1), RoiAlign.of(7))
                .sum()
                .backward();
        assertThat(Tensors.item(map.grad().sum())).isCloseTo(49, within(1e-3));
        assertThat(Tensors.item(map.grad().select(3, 0).sum())).isZero();
    }

    @Test
    void noRegionsGiveNoCells() {
        Tensor map = Tensors.ones(1, 2, 8, 8).set_requires_grad(true);
        Tensor cut = new RegionFeatures(List.of(map), List.of(4)).cut(Tensors.zeros(0, 5), level(0), RoiAlign.of(3));
        assertThat(cut.size(0)).isZero();
        cut.sum().backward();
        assertThat(Tensors.item(map.grad().abs().sum())).isZero();
    }

    @Test
    void largerRegionsComeFromCoarserLevels() {
        float[] sides = {10, 111, 113, 223, 225, 447, 449, 2000};
        float[] regions = new float[5 * sides.length];
        for (int i = 0; i < sides.length; i++) {
            regions[5 * i + 3] = sides[i];
            regions[5 * i + 4] = sides[i];
        }
        Tensor levels = RegionLevels.USUAL.of(Tensors.of(regions, sides.length, 5), 4);
        assertThat(Tensors.toLongs(levels)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
    }

    private static Tensor level(int regions) {
        return Tensors.range(0, regions).zero_();
    }
}
