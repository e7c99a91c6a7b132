package dev.fovea.eval.coco;

import java.util.stream.IntStream;

/**
 * Which detections of one image and class are right at each threshold, for one range of areas.
 *
 * @param scores of the detections, descending
 * @param matched {@code [T, D]}: the detection found an object
 * @param ignored {@code [T, D]}: it is neither right nor wrong
 * @param truths how many objects are to be found
 */
record ImageMatch(double[] scores, boolean[][] matched, boolean[][] ignored, int truths) {
    /** A match must reach the threshold, but rounding must not cost a perfect one. */
    private static final double NEARLY_ONE = 1 - 1e-10;

    private static final int NONE = -1;

    static ImageMatch of(ImageClass pair, AreaRange area, CocoSettings settings) {
        int detections = pair.scores().length;
        boolean[] skipped = new boolean[pair.crowds().length];
        for (int g = 0; g < skipped.length; g++) {
            skipped[g] = pair.crowds()[g] || !area.holds(pair.truthAreas()[g]);
        }
        int[] order = IntStream.concat(
                        IntStream.range(0, skipped.length).filter(g -> !skipped[g]),
                        IntStream.range(0, skipped.length).filter(g -> skipped[g]))
                .toArray();
        int thresholds = settings.thresholds().size();
        boolean[][] matched = new boolean[thresholds][detections];
        boolean[][] ignored = new boolean[thresholds][detections];
        for (int t = 0; t < thresholds; t++) {
            boolean[] taken = new boolean[skipped.length];
            double threshold = Math.min(settings.thresholds().get(t), NEARLY_ONE);
            for (int d = 0; d < detections; d++) {
                int found = best(pair.ious()[d], threshold, order, skipped, taken, pair.crowds());
                matched[t][d] = found != NONE;
                ignored[t][d] = found != NONE ? skipped[found] : !area.holds(pair.areas()[d]);
                if (found != NONE) {
                    taken[found] = true;
                }
            }
        }
        int truths = (int)
                IntStream.range(0, skipped.length).filter(g -> !skipped[g]).count();
        return new ImageMatch(pair.scores(), matched, ignored, truths);
    }

    /** The object that overlaps most, the later of equals; one to be skipped only where no other will do. */
    private static int best(
            double[] ious, double threshold, int[] order, boolean[] skipped, boolean[] taken, boolean[] crowds) {
        int best = NONE;
        double most = threshold;
        for (int g : order) {
            if (taken[g] && !crowds[g]) {
                continue;
            }
            if (best != NONE && !skipped[best] && skipped[g]) {
                break;
            }
            if (ious[g] >= most) {
                most = ious[g];
                best = g;
            }
        }
        return best;
    }
}
