package dev.fovea.dense.detect.box;

import java.util.Arrays;

/** Boxes in descending order of score, with what is asked of them often: float arithmetic as the reference has it. */
final class PlainBoxes {
    private final float[] sides; // left, top, right, bottom of each
    private final float[] areas;
    private final float[] scores;
    private final int[] groups; // numbered from 0
    private final int groupCount;

    PlainBoxes(float[] sides, float[] scores, long[] groups) {
        this.sides = sides;
        this.scores = scores;
        long[] names = Arrays.stream(groups).distinct().sorted().toArray();
        this.groups = Arrays.stream(groups)
                .mapToInt(group -> Arrays.binarySearch(names, group))
                .toArray();
        groupCount = names.length;
        areas = new float[scores.length];
        for (int i = 0; i < areas.length; i++) {
            areas[i] = (sides[4 * i + 2] - sides[4 * i]) * (sides[4 * i + 3] - sides[4 * i + 1]);
        }
    }

    int count() {
        return scores.length;
    }

    float score(int i) {
        return scores[i];
    }

    int group(int i) {
        return groups[i];
    }

    /** Places of the boxes of each group, in order. */
    int[][] byGroup() {
        int[] sizes = new int[groupCount];
        for (int group : groups) {
            sizes[group]++;
        }
        int[][] members = new int[groupCount][];
        for (int g = 0; g < groupCount; g++) {
            members[g] = new int[sizes[g]];
            sizes[g] = 0;
        }
        for (int i = 0; i < groups.length; i++) {
            members[groups[i]][sizes[groups[i]]++] = i;
        }
        return members;
    }

    /** Intersection over union, not a number for two boxes without area. */
    float iou(int i, int j) {
        int a = 4 * i, b = 4 * j;
        float w = Math.min(sides[a + 2], sides[b + 2]) - Math.max(sides[a], sides[b]);
        float h = Math.min(sides[a + 3], sides[b + 3]) - Math.max(sides[a + 1], sides[b + 1]);
        float shared = Math.max(0, w) * Math.max(0, h);
        return shared / (areas[i] + areas[j] - shared);
    }
}
