package dev.fovea.data.augment;

import dev.fovea.data.Box;

/**
 * The part of a view that lies in a reference view, in units of the reference's sides (google-research/scenic projects/loca ops.py).
 *
 * @param valid whether it takes more than a tenth of the reference in both directions; the other numbers mean nothing without
 */
public record RelativeBox(boolean valid, float top, float left, float height, float width) {
    private static final float LEAST = 0.1f;

    /** Mirroring does not matter: it moves nothing in the image. */
    public static RelativeBox of(Box reference, Box view) {
        float top = begin(reference.top(), reference.height(), view.top());
        float left = begin(reference.left(), reference.width(), view.left());
        float height = size(reference.top(), reference.height(), view.top() + view.height(), top);
        float width = size(reference.left(), reference.width(), view.left() + view.width(), left);
        return new RelativeBox(height > LEAST && width > LEAST, top, left, height, width);
    }

    private static float begin(int from, int size, int begin) {
        return (float) Math.max(begin - from, 0) / size;
    }

    private static float size(int from, int size, int end, float begin) {
        float last = (float) Math.min(end, from + size) / size;
        return Math.max(0, last - begin - (float) from / size);
    }
}
