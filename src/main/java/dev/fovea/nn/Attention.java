package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Multi-head self-attention (Vaswani et al. 2017, section 3.2): {@code [B, N, D] -> [B, N, D]}. */
public final class Attention extends Layer {
    private final Linear qkv;
    private final Linear proj;
    private final RelativePositionBias relative;
    private final int heads;

    public Attention(int dim, int heads) {
        this(dim, heads, null);
    }

    /** With a table of relative positions of its own when {@code grid} (rows, columns) is not null. */
    public Attention(int dim, int heads, int[] grid) {
        require(dim % heads == 0, "dim %d is not divisible by heads %d", dim, heads);
        this.relative = grid == null ? null : new RelativePositionBias(grid[0], grid[1], heads);
        if (relative != null) {
            parameter("relative_position_bias_table", relative.table());
            buffer("relative_position_index", relative.index());
        }
        this.qkv = child("qkv", new Linear(dim, 3 * dim));
        this.proj = child("proj", new Linear(dim, dim));
        this.heads = heads;
    }

    @Override
    public Tensor forward(Tensor x) {
        long b = x.size(0), n = x.size(1), d = x.size(2);
        Tensor[] qkvs = Tensors.unbind(qkv.forward(x) // [B, N, 3D]
                .reshape(b, n, 3, heads, d / heads)
                .permute(2, 0, 3, 1, 4)); // [3, B, heads, N, D/heads]
        Tensor bias = relative == null ? null : relative.bias(); // [heads, N, N]
        Tensor mixed = ScaledDotProduct.attend(qkvs[0], qkvs[1], qkvs[2], bias); // [B, heads, N, D/heads]
        return proj.forward(mixed.transpose(1, 2).reshape(b, n, d));
    }
}
