package dev.fovea.data.instance;

import java.util.Arrays;
import java.util.List;

/**
 * A binary mask as run lengths: down the columns, from left to right, zeros first (cocoapi common/maskApi.c). The array
 * is never written after construction.
 */
public record Rle(int height, int width, int[] counts) implements Region {
    public Rle {
        if (height < 1 || width < 1 || (long) height * width > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a mask of %d x %d pixels (height x width) is empty or too large".formatted(height, width));
        }
        long sum = 0;
        for (int count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("run length %d is negative".formatted(count));
            }
            sum += count;
        }
        if (sum != (long) height * width) {
            throw new IllegalArgumentException("run lengths sum to %d, not to the %d pixels of %d x %d (height x width)"
                    .formatted(sum, (long) height * width, height, width));
        }
    }

    /** @param mask {@code [H, W]}, row-major; what is not 0 is of the object */
    public static Rle encode(int height, int width, byte[] mask) {
        if (mask.length != (long) height * width) {
            throw new IllegalArgumentException(
                    "%d bytes do not fill a mask of %d x %d (height x width)".formatted(mask.length, height, width));
        }
        RunList runs = new RunList();
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                runs.add(1, mask[y * width + x] != 0);
            }
        }
        return new Rle(height, width, runs.counts());
    }

    /** The mask {@code [H, W]}, row-major, of zeros and ones. */
    public byte[] decode() {
        byte[] mask = new byte[height * width];
        for (int run = 0, at = 0; run < counts.length; at += counts[run++]) {
            if (run % 2 == 1) {
                fill(mask, at, counts[run]);
            }
        }
        return mask;
    }

    private void fill(byte[] mask, int from, int length) {
        int x = from / height, y = from % height;
        for (int left = length; left > 0; left--) {
            mask[y * width + x] = 1;
            if (++y == height) {
                y = 0;
                x++;
            }
        }
    }

    /** Mirrored left to right. */
    public Rle flipped() {
        byte[] mask = decode(), mirrored = new byte[mask.length];
        for (int i = 0; i < mask.length; i++) {
            int x = i % width;
            mirrored[i - x + width - 1 - x] = mask[i];
        }
        return encode(height, width, mirrored);
    }

    /** The compressed text of COCO files. */
    public String text() {
        return RleText.write(counts);
    }

    /** Reads the compressed text of COCO files. */
    public static Rle parse(int height, int width, String text) {
        return new Rle(height, width, RleText.read(text));
    }

    @Override
    public Rle rle(int imageHeight, int imageWidth) {
        if (height != imageHeight || width != imageWidth) {
            throw new IllegalArgumentException("a mask of %d x %d does not fit an image of %d x %d (height x width)"
                    .formatted(height, width, imageHeight, imageWidth));
        }
        return this;
    }

    /** How many pixels are of the object. */
    public int area() {
        int area = 0;
        for (int run = 1; run < counts.length; run += 2) {
            area += counts[run];
        }
        return area;
    }

    /** The smallest box around the object's pixels; all zeros for an empty mask. */
    public BoundingBox box() {
        int left = width, top = height, right = -1, bottom = -1, at = 0;
        for (int run = 0; run < counts.length; at += counts[run++]) {
            if (run % 2 == 0 || counts[run] == 0) {
                continue;
            }
            int last = at + counts[run] - 1;
            boolean oneColumn = at / height == last / height;
            left = Math.min(left, at / height);
            right = Math.max(right, last / height);
            top = Math.min(top, oneColumn ? at % height : 0);
            bottom = Math.max(bottom, oneColumn ? last % height : height - 1);
        }
        return right < 0 ? new BoundingBox(0, 0, 0, 0) : new BoundingBox(left, top, right - left + 1, bottom - top + 1);
    }

    /** What is of any of the masks. */
    public static Rle union(List<Rle> masks) {
        return masks.stream().reduce((a, b) -> a.merge(b, false)).orElseThrow(Rle::nothingToMerge);
    }

    /** What is of all of the masks. */
    public static Rle intersection(List<Rle> masks) {
        return masks.stream().reduce((a, b) -> a.merge(b, true)).orElseThrow(Rle::nothingToMerge);
    }

    /** Intersection over union; over the area of this mask alone where the other is a crowd. */
    public double iou(Rle other, boolean crowd) {
        other.rle(height, width);
        RunCursor a = new RunCursor(counts), b = new RunCursor(other.counts);
        long both = 0, any = 0;
        for (int left = height * width; left > 0; ) {
            int step = Math.min(a.left(), b.left());
            both += a.one() && b.one() ? step : 0;
            any += a.one() || b.one() ? step : 0;
            a.advance(step);
            b.advance(step);
            left -= step;
        }
        if (both == 0) {
            return 0;
        }
        return (double) both / (crowd ? area() : any);
    }

    private Rle merge(Rle other, boolean intersect) {
        other.rle(height, width);
        RunCursor a = new RunCursor(counts), b = new RunCursor(other.counts);
        RunList merged = new RunList();
        for (int left = height * width; left > 0; ) {
            int step = Math.min(a.left(), b.left());
            merged.add(step, intersect ? a.one() && b.one() : a.one() || b.one());
            a.advance(step);
            b.advance(step);
            left -= step;
        }
        return new Rle(height, width, merged.counts());
    }

    private static IllegalArgumentException nothingToMerge() {
        return new IllegalArgumentException("no masks to merge");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rle rle
                && height == rle.height
                && width == rle.width
                && Arrays.equals(counts, rle.counts);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "Rle[%d x %d, %s]".formatted(height, width, text());
    }
}
