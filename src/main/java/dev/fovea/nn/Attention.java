package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Multi-head self-attention (Vaswani et al. 2017, section 3.2): {@code [B, N, D] -> [B, N, D]}. */
public final class Attention extends Layer {
    private final Tensor table;
    private final Tensor index;
    private final Layer qkv;
    private final Linear proj;
    private final int heads;

    public Attention(int dim, int heads) {
        this(dim, heads, new Linear(dim, 3 * dim), null, null);
    }

    /** With a table of relative positions of its own, and its index, when {@code grid} (rows, columns) is not null. */
    public Attention(int dim, int heads, int[] grid) {
        this(
                dim,
                heads,
                new Linear(dim, 3 * dim),
                grid == null ? null : RelativePositionBias.table(grid[0], grid[1], heads),
                grid == null ? null : RelativePositionBias.index(grid[0], grid[1]));
    }

    /**
     * @param qkv queries, keys and values in one: {@code [B, N, D] -> [B, N, 3D]}
     * @param table of relative positions; null = none. Its index is given with every {@link #forward(Tensor, Tensor)}
     */
    public Attention(int dim, int heads, Layer qkv, Tensor table) {
        this(dim, heads, qkv, table, null);
    }

    private Attention(int dim, int heads, Layer qkv, Tensor table, Tensor index) {
        require(dim % heads == 0, "dim %d is not divisible by heads %d", dim, heads);
        this.table = table == null ? null : parameter("relative_position_bias_table", table);
        this.index = index == null ? null : buffer("relative_position_index", index);
        this.qkv = child("qkv", qkv);
        this.proj = child("proj", new Linear(dim, dim));
        this.heads = heads;
    }

    @Override
    public Tensor forward(Tensor x) {
        return forward(x, index);
    }

    /** @param offsets rows of the table for each pair of tokens, {@code [N, N]} or {@code [B, N, N]}; null = no bias */
    public Tensor forward(Tensor x, Tensor offsets) {
        long b = x.size(0), n = x.size(1), d = x.size(2);
        Tensor[] qkvs = Tensors.unbind(qkv.forward(x) // [B, N, 3D]
                .reshape(b, n, 3, heads, d / heads)
                .permute(2, 0, 3, 1, 4)); // [3, B, heads, N, D/heads]
        Tensor bias = offsets == null ? null : RelativePositionBias.of(table, offsets); // [heads, N, N]
        Tensor mixed = ScaledDotProduct.attend(qkvs[0], qkvs[1], qkvs[2], bias); // [B, heads, N, D/heads]
        return proj.forward(mixed.transpose(1, 2).reshape(b, n, d));
    }
}
