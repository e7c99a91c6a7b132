package dev.fovea.nn;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Multi-head self-attention (Vaswani et al. 2017, section 3.2): {@code [B, N, D] -> [B, N, D]}. */
public final class Attention extends Layer {
    /**
     * @param headDim width of one head, usually dim / heads
     * @param scale factor of the logits, usually 1 / sqrt(headDim)
     */
    public record Spec(int dim, int heads, int headDim, double scale) {
        /** Heads share the width, logits are divided by the root of theirs. */
        public static Spec plain(int dim, int heads) {
            require(dim % heads == 0, "dim %d is not divisible by heads %d", dim, heads);
            return new Spec(dim, heads, dim / heads, 1 / Math.sqrt((double) dim / heads));
        }
    }

    private final Tensor table;
    private final Tensor index;
    private final DecomposedPositions axes;
    private final Layer qkv;
    private final Linear proj;
    private final Spec spec;

    public Attention(int dim, int heads) {
        this(dim, heads, null);
    }

    /** With a table of relative positions of its own, and its index, when {@code grid} (rows, columns) is not null. */
    public Attention(int dim, int heads, int[] grid) {
        this(
                Spec.plain(dim, heads),
                new Linear(dim, 3 * dim),
                grid == null ? null : RelativePositionBias.table(grid[0], grid[1], heads),
                grid == null ? null : RelativePositionBias.index(grid[0], grid[1]),
                null);
    }

    /**
     * @param qkv queries, keys and values in one: {@code [B, N, D] -> [B, N, 3 heads headDim]}
     * @param table of relative positions; null = none. Its index is given with every forward pass
     */
    public Attention(int dim, int heads, Layer qkv, Tensor table) {
        this(Spec.plain(dim, heads), qkv, table);
    }

    /** The same with heads of any width and scale. */
    public Attention(Spec spec, Layer qkv, Tensor table) {
        this(spec, qkv, table, null, null);
    }

    /** @param index of the table's rows for each pair of tokens, kept as a buffer */
    public Attention(Spec spec, Layer qkv, Tensor table, Tensor index) {
        this(spec, qkv, table, index, null);
    }

    private Attention(Spec spec, Layer qkv, Tensor table, Tensor index, DecomposedPositions axes) {
        this.table = table == null ? null : parameter("relative_position_bias_table", table);
        this.index = index == null ? null : buffer("relative_position_index", index);
        this.axes = axes;
        if (axes != null) {
            parameter("rel_pos_h", axes.rows());
            parameter("rel_pos_w", axes.columns());
        }
        this.qkv = child("qkv", qkv);
        this.proj = child("proj", new Linear(spec.heads() * spec.headDim(), spec.dim()));
        this.spec = spec;
    }

    /** With relative positions by rows and by columns (ViTDet), made for a map of this size; they need a map in each pass. */
    public static Attention decomposed(Spec spec, Layer qkv, MapSize map) {
        return new Attention(spec, qkv, null, null, DecomposedPositions.zeros(map, spec.headDim()));
    }

    @Override
    public Tensor forward(Tensor x) {
        return proj.forward(mix(qkv.forward(x), index == null ? null : RelativePositionBias.of(table, index), null));
    }

    /** @param positions of the tokens; null = no bias */
    public Tensor forward(Tensor x, RelativePositions positions) {
        return proj.forward(mix(
                qkv.forward(x),
                positions == null ? null : positions.bias(table),
                positions == null ? null : positions.map()));
    }

    /** Inside windows; {@code positions} are those of one window's tokens, null = no bias. */
    public Tensor forward(Tensor x, Windows windows, RelativePositions positions) {
        Tensor joint = windows.padding() == Windows.Padding.TOKENS
                ? qkv.forward(windows.split(x))
                : windows.split(qkv.forward(x)); // [B windows, side side, 3 inner]
        Tensor bias = windows.masked(positions == null ? null : positions.bias(table), x);
        return proj.forward(windows.join(mix(joint, bias, new MapSize(windows.side(), windows.side()))));
    }

    /**
     * {@code [B, N, 3 inner] -> [B, N, inner]}; {@code bias [heads, N, N]} or {@code [B, heads, N, N]} or null.
     *
     * @param map whose cells the tokens are, for positions by rows and columns
     */
    private Tensor mix(Tensor joint, Tensor bias, MapSize map) {
        long b = joint.size(0), n = joint.size(1), inner = (long) spec.heads() * spec.headDim();
        Tensor[] qkvs = Tensors.unbind(joint.reshape(b, n, 3, spec.heads(), spec.headDim())
                .permute(2, 0, 3, 1, 4)); // [3, B, heads, N, headDim]
        Tensor q = qkvs[0], k = qkvs[1];
        double scale = spec.scale();
        if (axes != null) {
            require(map != null, "attention with positions by rows and columns needs a map of its %d tokens", n);
            DecomposedPositions.Joint both = axes.join(q, k, scale, map);
            q = both.queries();
            k = both.keys();
            scale = 1;
        }
        Tensor mixed = ScaledDotProduct.attend(q, k, qkvs[2], bias, scale); // [B, heads, N, headDim]
        return mixed.transpose(1, 2).reshape(b, n, inner);
    }
}
