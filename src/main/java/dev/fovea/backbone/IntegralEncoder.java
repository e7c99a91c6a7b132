package dev.fovea.backbone;

/** A backbone whose feature-pyramid neck can be pre-trained with it (Tian et al. 2023, section 3.2). */
public interface IntegralEncoder extends LevelEncoder {
    /** Whether it was built with the neck. */
    boolean hasNeck();

    /** The levels behind the neck, all of {@link #neckWidth} channels; {@code mask} as it was for the stages. */
    UnitLevels pyramid(UnitLevels stages, TokenMask mask);

    int neckWidth();
}
