package dev.fovea.report;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/** One colour per class, far apart for the first twenty, then spread over the hues by the golden ratio. */
public final class Palette {
    /** Pixels that count for nothing. */
    public static final Color IGNORED = new Color(0x9aa1ab);

    private static final int[] FIRST = {
        0x4e79a7, 0xf28e2b, 0x59a14f, 0xe15759, 0xb07aa1, 0xedc948, 0x17becf, 0xff7fb2, 0x9c755f, 0xa0d05a,
        0x6a4fc4, 0x1b8a7a, 0xc23b80, 0xd7b5a6, 0x86bcb6, 0x8c564b, 0xbcbd22, 0x3f51b5, 0xf1ce63, 0x5d8a1f,
    };
    private static final Color BACKGROUND = new Color(0x2b3038);
    private static final double GOLDEN = 0.618033988749895;
    private static final int IGNORE = 255;

    private final boolean darkZero;

    private Palette(boolean darkZero) {
        this.darkZero = darkZero;
    }

    /** For these class names: class 0 is dark when it is called background. */
    public static Palette of(List<String> classNames) {
        return new Palette(!classNames.isEmpty()
                && classNames.get(0).toLowerCase(Locale.ROOT).contains("background"));
    }

    public Color colour(int label) {
        if (label == IGNORE) {
            return IGNORED;
        }
        if (darkZero && label == 0) {
            return BACKGROUND;
        }
        return series(darkZero ? label - 1 : label);
    }

    /** Whether a label shows in overlays: the background and ignored pixels leave the image as it is. */
    public boolean covers(int label) {
        return label != IGNORE && !(darkZero && label == 0);
    }

    /** The colour of the i-th thing of any kind, such as a curve. */
    public static Color series(int i) {
        if (i < FIRST.length) {
            return new Color(FIRST[i]);
        }
        double hue = i * GOLDEN;
        float brightness = 0.95f - 0.2f * (i % 3);
        return Color.getHSBColor((float) (hue - Math.floor(hue)), 0.65f, brightness);
    }
}
