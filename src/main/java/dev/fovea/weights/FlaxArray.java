package dev.fovea.weights;

import org.bytedeco.pytorch.Tensor;

/**
 * An array leaf of a Flax checkpoint.
 *
 * @param scalar whether it was a numpy scalar rather than an array without dimensions
 */
record FlaxArray(FlaxDtype dtype, boolean scalar, Tensor values) {
    static final byte ARRAY = 1;
    static final byte COMPLEX = 2;
    static final byte NUMPY_SCALAR = 3;

    byte extension() {
        return scalar ? NUMPY_SCALAR : ARRAY;
    }
}
