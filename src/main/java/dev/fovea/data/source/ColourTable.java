package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;

/**
 * Masks that show each class in a colour of its own. A pixel has the class of the nearest colour (squared distance; the
 * first of several), because hand-made masks hold colours that are nearly right.
 *
 * @param colours of class 0, class 1 and so on, as 0xRRGGBB
 */
record ColourTable(int... colours) {
    private static final int BYTE = 0xFF;

    LabelMap labels(Image mask) {
        byte[] rgb = mask.rgb();
        byte[] labels = new byte[mask.width() * mask.height()];
        for (int pixel = 0, at = 0; pixel < labels.length; pixel++, at += Image.CHANNELS) {
            labels[pixel] = (byte) nearest(rgb[at] & BYTE, rgb[at + 1] & BYTE, rgb[at + 2] & BYTE);
        }
        return new LabelMap(mask.width(), mask.height(), labels);
    }

    private int nearest(int red, int green, int blue) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int label = 0; label < colours.length && least > 0; label++) {
            int dRed = red - (colours[label] >> 2 * Byte.SIZE & BYTE);
            int dGreen = green - (colours[label] >> Byte.SIZE & BYTE);
            int dBlue = blue - (colours[label] & BYTE);
            int distance = dRed * dRed + dGreen * dGreen + dBlue * dBlue;
            if (distance < least) {
                least = distance;
                best = label;
            }
        }
        return best;
    }
}
