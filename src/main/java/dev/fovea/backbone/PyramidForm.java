package dev.fovea.backbone;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How a backbone makes its maps.
 *
 * @param dim channels of each map of {@link Kind#SIMPLE}; the others have those of the backbone
 * @param levels maps, fine to coarse, each of half the resolution of the one before
 */
public record PyramidForm(Kind form, int dim, int levels) {
    /** As the backbone's released segmentation code has them: four. */
    public static final PyramidForm SEGMENT = new PyramidForm(Kind.SEGMENT, 256, 4);

    /** What the maps come from. */
    public enum Kind {
        /** As in the backbone's released segmentation code. */
        SEGMENT,
        /** As in its released detection code, where that makes them in another way. */
        DETECT,
        /** All from the last map: ViTDet's simple feature pyramid (Li et al. 2022, section 3). */
        SIMPLE
    }

    public PyramidForm {
        Check.that(dim >= 1, "dim %d is below 1", dim);
        Check.that(levels >= 3 && levels <= 6, "levels %d is not in 3..6", levels);
    }

    /** The strides of all maps, of which the first has this one. */
    List<Integer> strides(int finest) {
        return IntStream.range(0, levels).mapToObj(i -> finest << i).toList();
    }
}
