package dev.fovea.backbone;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Maps of half the resolution: {@code [B, D, h, w] -> [B, D, h/2, w/2]}. */
public final class Pooled {
    private static final long[] TWO = {2, 2};
    private static final long[] NONE = {0, 0};

    private Pooled() {}

    /** The largest values of windows with this side, two cells apart. */
    public static Tensor largest(Tensor map, long side) {
        return torch.max_pool2d(map, new long[] {side, side}, TWO, NONE, new long[] {1, 1}, false);
    }

    /** The means of 2 x 2 cells. */
    static Tensor mean(Tensor map) {
        return torch.avg_pool2d(map, TWO, TWO, NONE, false, true, new LongOptional());
    }
}
