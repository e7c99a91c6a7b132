package dev.fovea.data.augment;

import dev.fovea.data.Rng;
import dev.fovea.tensor.Shapes;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Mixup and CutMix, one of them and one share per batch; a sample's partner is its mirror in the batch (timm 0.3.2
 * {@code data/mixup.py}, mode batch).
 *
 * @param mixupAlpha Beta parameter of mixup's share, 0 = no mixup
 * @param cutmixAlpha Beta parameter of CutMix's share, 0 = no CutMix
 * @param probability of mixing a batch at all
 * @param cutmixProbability of CutMix where both are on
 */
public record Mixup(double mixupAlpha, double cutmixAlpha, double probability, double cutmixProbability) {
    public Mixup {
        if (mixupAlpha < 0 || cutmixAlpha < 0 || mixupAlpha + cutmixAlpha == 0) {
            throw new IllegalArgumentException("mixup alpha %s and cutmix alpha %s: at least 0, and not both 0"
                    .formatted(mixupAlpha, cutmixAlpha));
        }
    }

    /** Every batch is mixed, by either with equal probability. */
    public Mixup(double mixupAlpha, double cutmixAlpha) {
        this(mixupAlpha, cutmixAlpha, 1, 0.5);
    }

    /** What was drawn: the share of the sample itself and, for CutMix, the middle of the partner's box. */
    public record Draw(double lam, boolean cutmix, int centreY, int centreX) {}

    /** A mixed batch, and the share of each sample's own part after CutMix's box was cut at the border. */
    public record Mixed(Tensor images, Tensor targets, double lam) {}

    /** Rows top to bottom and columns left to right (exclusive) that come from the partner. */
    record Patch(int top, int bottom, int left, int right) {}

    public Draw draw(int height, int width, Rng rng) {
        if (!rng.chance(probability)) {
            return new Draw(1, false, 0, 0);
        }
        boolean cutmix = mixupAlpha == 0 || cutmixAlpha > 0 && rng.chance(cutmixProbability);
        double alpha = cutmix ? cutmixAlpha : mixupAlpha;
        return new Draw(rng.beta(alpha, alpha), cutmix, rng.integer(0, height), rng.integer(0, width));
    }

    /**
     * Mixes images {@code [B, C, H, W]} and soft targets {@code [B, K]}; neither is changed.
     *
     * @param draw of {@link #draw}
     */
    public static Mixed mix(Tensor images, Tensor targets, Draw draw) {
        if (images.size(0) != targets.size(0)) {
            throw new IllegalArgumentException("images %s and targets %s differ in their batch"
                    .formatted(Shapes.text(Shapes.of(images)), Shapes.text(Shapes.of(targets))));
        }
        if (!draw.cutmix) {
            return new Mixed(blend(images, draw.lam), blend(targets, draw.lam), draw.lam);
        }
        int height = (int) images.size(2), width = (int) images.size(3);
        Patch patch = patch(height, width, draw);
        double area = (double) (patch.bottom - patch.top) * (patch.right - patch.left);
        double lam = 1 - area / ((double) height * width);
        Tensor mixed = images.clone();
        cut(mixed, patch).copy_(cut(images.flip(0), patch));
        return new Mixed(mixed, blend(targets, lam), lam);
    }

    static Patch patch(int height, int width, Draw draw) {
        double side = Math.sqrt(1 - draw.lam);
        int halfHeight = (int) (height * side) / 2;
        int halfWidth = (int) (width * side) / 2;
        return new Patch(
                clip(draw.centreY - halfHeight, height),
                clip(draw.centreY + halfHeight, height),
                clip(draw.centreX - halfWidth, width),
                clip(draw.centreX + halfWidth, width));
    }

    private static int clip(int value, int size) {
        return Math.max(0, Math.min(size, value));
    }

    private static Tensor cut(Tensor images, Patch patch) {
        return images.narrow(2, patch.top, patch.bottom - patch.top).narrow(3, patch.left, patch.right - patch.left);
    }

    private static Tensor blend(Tensor x, double lam) {
        return x.mul(new Scalar(lam)).add(x.flip(0).mul(new Scalar(1 - lam)));
    }
}
