package dev.fovea.dense.segment;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * One form in which a photo is fed at test time.
 *
 * @param image normalised, already resized and flipped, {@code [1, 3, H, W]}
 */
public record View(Tensor image, Flip flip) {
    /** How the photo was mirrored. */
    public enum Flip {
        NONE,
        HORIZONTAL,
        VERTICAL;

        /** Mirrors {@code [B, C, H, W]}; twice gives the input back. */
        public Tensor apply(Tensor x) {
            return switch (this) {
                case NONE -> x;
                case HORIZONTAL -> x.flip(3);
                case VERTICAL -> x.flip(2);
            };
        }
    }

    public static View plain(Tensor image) {
        return new View(image, Flip.NONE);
    }

    /** A photo at several scales, and mirrored left to right where wanted (mmseg MultiScaleFlipAug). */
    public static List<View> ofScales(List<Tensor> scales, boolean flipped) {
        List<View> views = new ArrayList<>();
        for (Tensor image : scales) {
            views.add(plain(image));
            if (flipped) {
                views.add(new View(Flip.HORIZONTAL.apply(image), Flip.HORIZONTAL));
            }
        }
        return views;
    }
}
