package dev.fovea.backbone;

import java.util.List;
import java.util.Optional;

/** Networks small enough for tests that take milliseconds. */
public final class Tiny {
    private Tiny() {}

    /** 32-px images, 4 x 4 tokens of width 16, two blocks. */
    public static VitSpec vit() {
        return new VitSpec(Size.square(32), 8, 16, 2, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
    }

    /** 32-px images, strides 2, 4, 8, widths 4, 8, 16, a neck of 8 channels. */
    public static HiVitSpec hiVit() {
        return hiVit(NeckSpec.Kind.MLP);
    }

    public static HiVitSpec hiVit(NeckSpec.Kind neck) {
        return new HiVitSpec(
                Size.square(32),
                8,
                16,
                List.of(1, 1, 2),
                2,
                2,
                2,
                0,
                0.1,
                PosEmbed.SINCOS,
                0,
                true,
                HiVitDesign.HIVIT,
                Optional.of(new NeckSpec(neck, 8, 1, 2)));
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

    /** 32-px images, 4 x 4 tokens of width 16, two blocks, one table of relative positions for both. */
    public static BeitSpec beit() {
        return beit(BeitSpec.RelativeBias.SHARED, false);
    }

    public static BeitSpec beit(BeitSpec.RelativeBias relative, boolean absolute) {
        return new BeitSpec(
                Size.square(32), 8, 16, 2, 2, 2, 0, 0.1, relative, absolute, BeitSpec.Form.PUBLISHED, List.of());
    }
}
