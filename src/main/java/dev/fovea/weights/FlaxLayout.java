package dev.fovea.weights;

import org.bytedeco.pytorch.Tensor;

/** How a Flax layer's tensors lie, and how they lie here. */
enum FlaxLayout {
    /** {@code kernel [in, out]} here {@code weight [out, in]}. */
    DENSE {
        @Override
        Tensor ours(Tensor x, String leaf) {
            return leaf.equals(KERNEL) ? x.transpose(0, 1) : x;
        }

        @Override
        Tensor theirs(Tensor x, String leaf, long heads) {
            return leaf.equals(KERNEL) ? x.transpose(0, 1) : x;
        }
    },
    /** Query, key, value: {@code kernel [D, heads, D/heads]}, {@code bias [heads, D/heads]}. */
    HEADS_LAST {
        @Override
        Tensor ours(Tensor x, String leaf) {
            return leaf.equals(KERNEL) ? x.flatten(1, 2).transpose(0, 1) : x.flatten(0, 1);
        }

        @Override
        Tensor theirs(Tensor x, String leaf, long heads) {
            return leaf.equals(KERNEL)
                    ? x.transpose(0, 1).reshape(x.size(1), heads, x.size(0) / heads)
                    : x.reshape(heads, x.size(0) / heads);
        }
    },
    /** The attention's output: {@code kernel [heads, D/heads, D]}. */
    HEADS_FIRST {
        @Override
        Tensor ours(Tensor x, String leaf) {
            return leaf.equals(KERNEL) ? x.flatten(0, 1).transpose(0, 1) : x;
        }

        @Override
        Tensor theirs(Tensor x, String leaf, long heads) {
            return leaf.equals(KERNEL) ? x.transpose(0, 1).reshape(heads, x.size(1) / heads, x.size(0)) : x;
        }
    },
    /** {@code kernel [h, w, in, out]} here {@code weight [out, in, h, w]}. */
    CONVOLUTION {
        @Override
        Tensor ours(Tensor x, String leaf) {
            return leaf.equals(KERNEL) ? x.permute(3, 2, 0, 1) : x;
        }

        @Override
        Tensor theirs(Tensor x, String leaf, long heads) {
            return leaf.equals(KERNEL) ? x.permute(2, 3, 1, 0) : x;
        }
    },
    /** {@code scale} here {@code weight}. */
    NORM {
        @Override
        Tensor ours(Tensor x, String leaf) {
            return x;
        }

        @Override
        Tensor theirs(Tensor x, String leaf, long heads) {
            return x;
        }

        @Override
        String leaf(String ours) {
            return ours.equals("weight") ? "scale" : ours;
        }
    };

    private static final String KERNEL = "kernel";

    /** @param leaf the last part of Flax's name */
    abstract Tensor ours(Tensor x, String leaf);

    /** The inverse of {@link #ours}. */
    abstract Tensor theirs(Tensor x, String leaf, long heads);

    /** The last part of Flax's name for {@code weight} or {@code bias}. */
    String leaf(String ours) {
        return ours.equals("weight") ? KERNEL : ours;
    }
}
