package dev.fovea.pretrain;

import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.data.Rng;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Block-wise masking (Bao et al. 2022, BEiT, algorithm 1; masking_generator.py): rectangles of random area and shape until
 * enough patches are hidden, or until ten attempts at a rectangle have failed.
 *
 * @param hidden patches to hide at most
 * @param least area that is asked of a rectangle
 * @param most area of a rectangle; 0 = as much as is left to hide
 * @param minAspect least height / width
 * @param maxAspect greatest height / width; 0 = the inverse of the least
 */
public record BlockMask(int hidden, int least, int most, double minAspect, double maxAspect) {
    private static final int ATTEMPTS = 10;

    public BlockMask {
        Check.that(hidden >= 1, "hidden %d is below 1", hidden);
        Check.that(least >= 1, "least %d is below 1", least);
        Check.that(most >= 0, "most %d is below 0", most);
        Check.that(minAspect > 0 && minAspect <= 1, "minAspect %s is not in (0, 1]", minAspect);
        Check.that(
                maxAspect == 0 || maxAspect >= minAspect, "maxAspect %s is below minAspect %s", maxAspect, minAspect);
    }

    public BlockMask(int hidden, int least, int most, double minAspect) {
        this(hidden, least, most, minAspect, 0);
    }

    /**
     * A mask and how it came about.
     *
     * @param hidden row-major
     * @param blocks rectangles in it
     * @param filled patches that were hidden one by one at the end
     */
    public record Drawn(boolean[] hidden, int blocks, int filled) {}

    /** Says so where a mask would leave nothing of a grid visible. */
    public void requireRoom(Size grid) {
        Check.that(hidden < grid.area(), "mask.hidden %d leaves nothing of %d patches visible", hidden, grid.area());
    }

    /** Masks for a batch, 1 = hidden: float32 {@code [B, N]}. */
    public Tensor draw(long batch, Size grid) {
        return batch(batch, grid, rng -> draw(grid, rng));
    }

    /** The same with exactly {@link #hidden} patches in each mask (BEiT v2). */
    public Tensor drawExactly(long batch, Size grid) {
        requireRoom(grid);
        return batch(batch, grid, rng -> drawExactly(grid, rng).hidden);
    }

    private static Tensor batch(long batch, Size grid, Function<Rng, boolean[]> draw) {
        float[] seeds = Tensors.toFloats(Draws.uniform(batch));
        float[] hides = new float[Math.toIntExact(batch) * grid.area()];
        for (int i = 0; i < batch; i++) {
            boolean[] mask = draw.apply(Rng.of(Float.floatToIntBits(seeds[i]), 0, 0));
            for (int n = 0; n < mask.length; n++) {
                hides[i * mask.length + n] = mask[n] ? 1 : 0;
            }
        }
        return Tensors.of(hides, batch, grid.area());
    }

    /** One mask, row-major. */
    public boolean[] draw(Size grid, Rng rng) {
        return blocks(grid, rng).hidden;
    }

    /** One mask with single patches hidden at the end where no further rectangle was found. */
    public Drawn drawExactly(Size grid, Rng rng) {
        Drawn drawn = blocks(grid, rng);
        int[] visible =
                IntStream.range(0, grid.area()).filter(n -> !drawn.hidden[n]).toArray();
        int left = hidden - (grid.area() - visible.length);
        for (int pick : rng.choice(visible.length, left)) {
            drawn.hidden[visible[pick]] = true;
        }
        return new Drawn(drawn.hidden, drawn.blocks, left);
    }

    private Drawn blocks(Size grid, Rng rng) {
        boolean[] mask = new boolean[grid.area()];
        int left = hidden;
        int blocks = 0;
        while (left > 0) {
            int bound = most == 0 ? left : Math.min(left, most);
            int added = addRectangle(mask, grid, bound, rng);
            if (added == 0) {
                break;
            }
            left -= added;
            blocks++;
        }
        return new Drawn(mask, blocks, 0);
    }

    /** Gives back how many patches were hidden that had not been, at most {@code bound}; 0 when no attempt succeeded. */
    private int addRectangle(boolean[] mask, Size grid, int bound, Rng rng) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = rng.uniform(least, bound); // with little left to hide, the bounds stand the other way round
            double aspect = Math.exp(rng.uniform(Math.log(minAspect), Math.log(greatestAspect())));
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

    private double greatestAspect() {
        return maxAspect == 0 ? 1 / minAspect : maxAspect;
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
