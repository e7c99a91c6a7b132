package dev.fovea.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * The memory layout that convolutions get on a CPU. In oneDNN's own blocked layouts the channels that fill up a block are not
 * always zero, and whatever lay in memory before enters the sums: seen with oneDNN 3.7 on a Zen 5, with AVX2 and AVX-512, with
 * float32 and bfloat16, forward and backward. With channels last there are no blocks, but for the weights of an odd number of
 * outputs in bfloat16, which {@link Conv2d} makes even, and where a single cell or channel leaves the layout open.
 */
final class ChannelsLast {
    private ChannelsLast() {}

    /** The same {@code [B, C, H, W]}; not copied where it is laid out so already. */
    static Tensor of(Tensor x) {
        return x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
}
