package dev.fovea.dense.segment;

import dev.fovea.backbone.Size;
import dev.fovea.nn.Bilinear;
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

    /**
     * The image at several scales, and mirrored left to right where wanted (mmseg MultiScaleFlipAug).
     *
     * @param image normalised {@code [1, 3, H, W]} at scale 1
     */
    public static List<View> ofScales(Tensor image, List<Double> scales, boolean flipped) {
        List<View> views = new ArrayList<>();
        for (double scale : scales) {
            Size size = scaled(image, scale);
            Tensor resized = Bilinear.resize(image, size.height(), size.width());
            views.add(plain(resized));
            if (flipped) {
                views.add(new View(Flip.HORIZONTAL.apply(resized), Flip.HORIZONTAL));
            }
        }
        return views;
    }

    /** Rounded half up, as mmcv does. */
    private static Size scaled(Tensor image, double scale) {
        return new Size((int) (image.size(2) * scale + 0.5), (int) (image.size(3) * scale + 0.5));
    }
}
