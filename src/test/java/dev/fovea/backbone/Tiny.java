package dev.fovea.backbone;

import java.util.List;

/** Networks small enough for tests that take milliseconds. */
public final class Tiny {
    private Tiny() {}

    /** 32-px images, 4 x 4 tokens of width 16, two blocks. */
    public static VitSpec vit() {
        return new VitSpec(Size.square(32), 8, 16, 2, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
    }

    /** 32-px images, strides 2, 4, 8, widths 8, 12, 16. */
    public static ConvVitSpec convVit() {
        return new ConvVitSpec(
                Size.square(32),
                List.of(2, 2, 2),
                List.of(8, 12, 16),
                List.of(1, 1, 2),
                2,
                List.of(2.0, 2.0, 2.0),
                5,
                0,
                1,
                true);
    }
}
