package dev.fovea.dense.detect.roi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Rle;
import dev.fovea.dense.detect.box.RandomBoxes;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Masks cut out for training and pasted in for use. */
class MaskTargetsTest {
    private static final int H = 60, W = 80;

    /** A disk of radius 18 around (40, 30). */
    private static byte[] disk() {
        byte[] mask = new byte[H * W];
        for (int i = 0; i < mask.length; i++) {
            double x = i % W + 0.5 - 40, y = i / W + 0.5 - 30;
            mask[i] = (byte) (x * x + y * y < 18 * 18 ? 1 : 0);
        }
        return mask;
    }

    private static Tensor masks(byte[] mask) {
        return Tensors.of(mask, 1, H, W);
    }

    private static Tensor box(float... sides) {
        return Tensors.of(sides, sides.length / 4, 4);
    }

    private static Tensor zeros(int count) {
        return Tensors.range(0, count).zero_();
    }

    @Test
    void theTargetOfABoxInsideItsObjectIsFullAndOutsideEmpty() {
        Tensor targets = MaskTargets.of(masks(disk()), box(32, 24, 48, 36, 0, 0, 15, 12), zeros(2), 28);
        assertThat(Tensors.toFloats(targets.select(0, 0))).containsOnly(1f);
        assertThat(Tensors.toFloats(targets.select(0, 1))).containsOnly(0f);
    }

    @Test
    void eachBoxSeesTheMaskOfItsOwnObject() {
        byte[] right = new byte[H * W];
        for (int i = 0; i < right.length; i++) {
            right[i] = (byte) (i % W >= W / 2 ? 1 : 0);
        }
        Tensor both = Tensors.cat(0, masks(disk()), masks(right));
        Tensor same = box(30, 20, 50, 40, 30, 20, 50, 40);
        Tensor targets = MaskTargets.of(both, same, Tensors.of(new long[] {1, 0}, 2), 4);
        assertThat(Tensors.toFloats(targets.select(0, 0).select(0, 0))).containsExactly(0, 0, 1, 1);
        assertThat(Tensors.toFloats(targets.select(0, 1))).containsOnly(1f);
    }

    @Test
    void targetsAreWhatRoiAlignSeesOfTheMask() {
        Tensor boxes = Tensors.cat(0, new RandomBoxes(11).boxes(30, 60), box(0, 0, W, H, 10, 29, 79, 31));
        Tensor targets = MaskTargets.of(masks(disk()), boxes, zeros(32), 14);
        Tensor map = masks(disk()).unsqueeze(1).to(ScalarType.Float);
        Tensor regions = Tensors.cat(1, Tensors.zeros(32, 1), boxes);
        Tensor seen = new RegionFeatures(List.of(map), 1.0)
                .cut(regions, zeros(32), RoiAlign.of(14))
                .squeeze(1);
        Tensor clear = seen.sub(new Scalar(0.5)).abs().gt(new Scalar(1e-4));
        Tensor wrong = seen.ge(new Scalar(0.5)).ne(targets.gt(new Scalar(0.5))).logical_and(clear);
        assertThat(Tensors.item(wrong.sum())).isZero();
        assertThat(Tensors.item(targets.mean())).isBetween(0.1, 0.9);
    }

    @Test
    void boxesEndAtTheBorderOfTheMask() {
        Tensor outside = MaskTargets.of(masks(disk()), box(-20, 10, 100, 75), zeros(1), 14);
        Tensor inside = MaskTargets.of(masks(disk()), box(0, 10, W, H), zeros(1), 14);
        assertThat(Tensors.toFloats(outside)).containsExactly(Tensors.toFloats(inside));
    }

    @Test
    void autocastLeavesThemExact() {
        Tensor boxes = new RandomBoxes(14).boxes(30, 60);
        float[] exact = Tensors.toFloats(MaskTargets.of(masks(disk()), boxes, zeros(30), 14));
        try (Precision.Scope cast = Precision.BF16.open()) {
            assertThat(Tensors.toFloats(MaskTargets.of(masks(disk()), boxes, zeros(30), 14)))
                    .containsExactly(exact);
        }
    }

    @Test
    void noBoxesGiveNoTargets() {
        assertThat(MaskTargets.of(masks(disk()), box(), zeros(0), 28).size(0)).isZero();
    }

    @Test
    void aFullMaskPastesItsBox() {
        Tensor ones = Tensors.ones(1, 28, 28);
        Rle pasted = new MaskPaste(new Size(H, W), 0.5)
                .paste(ones, box(10, 20, 30, 44))
                .get(0);
        assertThat(pasted.area()).isEqualTo(20 * 24);
        assertThat(pasted.box().x()).isEqualTo(10);
        assertThat(pasted.box().y()).isEqualTo(20);
        assertThat(pasted.box().width()).isEqualTo(20);
        assertThat(pasted.box().height()).isEqualTo(24);
    }

    @Test
    void whatLeavesTheImageIsCutOff() {
        Tensor ones = Tensors.ones(3, 28, 28);
        Tensor boxes = box(-10, -10, 10, 10, 70, 50, 100, 90, 200, 200, 220, 220);
        List<Rle> pasted = new MaskPaste(new Size(H, W), 0.5).paste(ones, boxes);
        assertThat(pasted.get(0).area()).isEqualTo(100);
        assertThat(pasted.get(1).area()).isEqualTo(100);
        assertThat(pasted.get(2).area()).isZero();
    }

    @Test
    void wholeImagesAndEmptyBoxesAreMasksToo() {
        Tensor ones = Tensors.ones(2, W, W); // fine enough that bilinear values do not fall below a half at the corners
        List<Rle> pasted = new MaskPaste(new Size(H, W), 0.5).paste(ones, box(0, 0, W, H, 5, 5, 5, 5));
        assertThat(pasted.get(0).area()).isEqualTo(H * W);
        assertThat(pasted.get(1)).isEqualTo(Rle.encode(H, W, pasted.get(1).decode()));
    }

    @Test
    void runLengthsAreThoseOfTheDecodedMask() {
        Tensor random = new RandomBoxes(12).spread(1, 20, 7, 7).abs();
        Tensor boxes = new RandomBoxes(13).boxes(20, 60);
        for (Rle pasted : new MaskPaste(new Size(H, W), 0.5).paste(random, boxes)) {
            assertThat(pasted).isEqualTo(Rle.encode(H, W, pasted.decode()));
        }
    }

    @Test
    void pastingUndoesCutting() {
        Tensor around = box(20.3f, 10.8f, 59.6f, 49.1f);
        Tensor target = MaskTargets.of(masks(disk()), around, zeros(1), 28);
        Rle pasted = new MaskPaste(new Size(H, W), 0.5).paste(target, around).get(0);
        assertThat(pasted.iou(Rle.encode(H, W, disk()), false)).isCloseTo(1, within(0.06));
    }
}
