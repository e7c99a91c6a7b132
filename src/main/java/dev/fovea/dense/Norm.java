package dev.fovea.dense;

import dev.fovea.nn.BatchNorm;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.GroupNorm;
import dev.fovea.nn.Layer;

/** What normalises the output of a convolution; registered as {@code bn} or {@code gn} beside it. */
public record Norm(Kind kind, int groups) {
    /** The kinds that dense heads use. */
    public enum Kind {
        NONE,
        BATCH,
        GROUP
    }

    public static final Norm NONE = new Norm(Kind.NONE, 0);
    public static final Norm BATCH = new Norm(Kind.BATCH, 0);

    public Norm {
        if ((kind == Kind.GROUP) != (groups > 0)) {
            throw new IllegalArgumentException("a norm of kind %s has no %d groups".formatted(kind, groups));
        }
    }

    public static Norm group(int groups) {
        return new Norm(Kind.GROUP, groups);
    }

    /** The shape of a convolution that it normalises: its own offset, where it has one, makes a bias idle. */
    public Conv2d.Shape withoutIdleBias(Conv2d.Shape shape) {
        return kind == Kind.NONE ? shape : shape.withoutBias();
    }

    String name() {
        return kind == Kind.BATCH ? "bn" : "gn";
    }

    /** {@code null} without a norm. */
    Layer layer(int channels) {
        return switch (kind) {
            case NONE -> null;
            case BATCH -> new BatchNorm(channels);
            case GROUP -> new GroupNorm(groups, channels);
        };
    }
}
