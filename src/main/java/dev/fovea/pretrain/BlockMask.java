package dev.fovea.pretrain;

import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.data.Rng;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Block-wise masking (Bao et al. 2022, BEiT, algorithm 1; masking_generator.py): rectangles of random area and shape until
 * enough patches are hidden, or until ten attempts at a rectangle have failed.
 *
 * @param hidden patches to hide at most
 * @param least area that is asked of a rectangle
 * @param most area of a rectangle; 0 = as much as is left to hide
 * @param minAspect least height / width; the greatest is its inverse
 */
public record BlockMask(int hidden, int least, int most, double minAspect) {
    private static final int ATTEMPTS = 10;

    public BlockMask {
        Check.that(hidden >= 1, "hidden %d is below 1", hidden);
        Check.that(least >= 1, "least %d is below 1", least);
        Check.that(most >= 0, "most %d is below 0", most);
        Check.that(minAspect > 0 && minAspect <= 1, "minAspect %s is not in (0, 1]", minAspect);
    }

    /** Masks for a batch, 1 = hidden: float32 {@code [B, N]}. */
    public Tensor draw(long batch, Size grid) {
        float[] seeds = Tensors.toFloats(Draws.uniform(batch));
        float[] hides = new float[Math.toIntExact(batch) * grid.area()];
        for (int i = 0; i < batch; i++) {
            boolean[] mask = draw(grid, Rng.of(Float.floatToIntBits(seeds[i]), i, 0));
            for (int n = 0; n < mask.length; n++) {
                hides[i * mask.length + n] = mask[n] ? 1 : 0;
            }
        }
        return Tensors.of(hides, batch, grid.area());
    }

    /** One mask, row-major. */
    public boolean[] draw(Size grid, Rng rng) {
        boolean[] mask = new boolean[grid.area()];
        int left = hidden;
        while (left > 0) {
            int bound = most == 0 ? left : Math.min(left, most);
            int added = addRectangle(mask, grid, bound, rng);
            if (added == 0) {
                break;
            }
            left -= added;
        }
        return mask;
    }

    /** Gives back how many patches were hidden that had not been, at most {@code bound}; 0 when no attempt succeeded. */
    private int addRectangle(boolean[] mask, Size grid, int bound, Rng rng) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = rng.uniform(least, bound); // with little left to hide, the bounds stand the other way round
            double aspect = Math.exp(rng.uniform(Math.log(minAspect), Math.log(1 / minAspect)));
            int h = (int) Math.rint(Math.sqrt(area * aspect));
            int w = (int) Math.rint(Math.sqrt(area / aspect));
            if (w < grid.width() && h < grid.height()) {
                int top = rng.integer(0, grid.height() - h + 1);
                int first = rng.integer(0, grid.width() - w + 1);
                int added = visibleIn(mask, grid, top, first, h, w);
                if (added > 0 && added <= bound) {
                    hide(mask, grid, top, first, h, w);
                    return added;
                }
            }
        }
        return 0;
    }

    private static int visibleIn(boolean[] mask, Size grid, int top, int first, int h, int w) {
        int visible = 0;
        for (int y = top; y < top + h; y++) {
            for (int x = first; x < first + w; x++) {
                visible += mask[y * grid.width() + x] ? 0 : 1;
            }
        }
        return visible;
    }

    private static void hide(boolean[] mask, Size grid, int top, int first, int h, int w) {
        for (int y = top; y < top + h; y++) {
            Arrays.fill(mask, y * grid.width() + first, y * grid.width() + first + w, true);
        }
    }
}
