package dev.fovea.weights;

import dev.fovea.tensor.Shapes;

/** One tensor of a parameter file: its name, type, shape and the bytes {@code [begin, end)} of its data. */
public record TensorEntry(String name, Dtype dtype, long[] shape, long begin, long end) {
    public long elements() {
        return (end - begin) / dtype.bytes();
    }

    @Override
    public String toString() {
        return name + " " + dtype + " " + Shapes.text(shape);
    }
}
