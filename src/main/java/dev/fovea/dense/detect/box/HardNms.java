package dev.fovea.dense.detect.box;

import java.util.Arrays;

/**
 * Non-maximum suppression: a box goes when it overlaps a better one that stays by more than a bound (mmcv ops/nms.py).
 *
 * @param iou the bound
 */
public record HardNms(double iou, boolean groupwise) implements Suppression {
    public HardNms {
        if (!(iou >= 0 && iou <= 1)) {
            throw new IllegalArgumentException(
                    "bound %s of non-maximum suppression is not between 0 and 1".formatted(iou));
        }
    }

    public HardNms(double iou) {
        this(iou, true);
    }

    @Override
    public Survivors among(PlainBoxes boxes, int most) {
        int n = boxes.count();
        float bound = (float) iou;
        int[] before = new int[n]; // of each kept box, the one kept before it in its group
        int[] lastOf = new int[n]; // of each group, the box kept last
        Arrays.fill(lastOf, -1);
        long[] places = new long[n];
        float[] scores = new float[n];
        int kept = 0;
        for (int i = 0; i < n && kept < most; i++) {
            int group = boxes.group(i);
            if (overlaps(boxes, i, lastOf[group], before, bound)) {
                continue;
            }
            before[i] = lastOf[group];
            lastOf[group] = i;
            places[kept] = i;
            scores[kept++] = boxes.score(i);
        }
        return new Survivors(places, scores).first(kept);
    }

    private static boolean overlaps(PlainBoxes boxes, int i, int last, int[] before, float bound) {
        for (int j = last; j >= 0; j = before[j]) {
            if (boxes.iou(j, i) > bound) {
                return true;
            }
        }
        return false;
    }
}
