package dev.fovea.data;

/**
 * One class number per pixel: {@code [H, W]}, unsigned bytes. Whatever a data set's files use for "no class" is {@link
 * #IGNORE} here, so that losses, metrics and padding share one number.
 */
public record LabelMap(int width, int height, byte[] labels) {
    public static final int IGNORE = 255;

    public LabelMap {
        if (width < 1 || height < 1 || labels.length != (long) width * height) {
            throw new IllegalArgumentException(
                    "%d labels do not fill a map of %d x %d".formatted(labels.length, width, height));
        }
    }

    public int at(int x, int y) {
        return labels[y * width + x] & 0xFF;
    }

    public LabelMap crop(Box box) {
        box.requireInside(width, height);
        byte[] cut = new byte[box.width() * box.height()];
        for (int y = 0; y < box.height(); y++) {
            System.arraycopy(labels, (box.top() + y) * width + box.left(), cut, y * box.width(), box.width());
        }
        return new LabelMap(box.width(), box.height(), cut);
    }

    /** Mirrored left to right. */
    public LabelMap flipped() {
        byte[] mirrored = new byte[labels.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                mirrored[y * width + width - 1 - x] = labels[y * width + x];
            }
        }
        return new LabelMap(width, height, mirrored);
    }

    /** Each label replaced by {@code table[label]}. */
    public LabelMap mapped(int[] table) {
        byte[] mapped = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            mapped[i] = (byte) table[labels[i] & 0xFF];
        }
        return new LabelMap(width, height, mapped);
    }

    /** How many pixels carry each of the 256 possible labels. */
    public int[] histogram() {
        int[] counts = new int[256];
        for (byte label : labels) {
            counts[label & 0xFF]++;
        }
        return counts;
    }

    @Override
    public String toString() {
        return "LabelMap[" + width + " x " + height + "]";
    }
}
