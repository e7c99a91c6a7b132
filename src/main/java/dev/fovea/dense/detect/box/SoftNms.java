package dev.fovea.dense.detect.box;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Soft non-maximum suppression (Bodla et al. 2017; mmcv ops/nms.py soft_nms): boxes that overlap a better one lose score
 * instead of going at once.
 *
 * @param iou least overlap that costs, of {@link Method#LINEAR} and {@link Method#NAIVE}
 * @param sigma width of {@link Method#GAUSSIAN}
 * @param lowest boxes below this score go
 */
public record SoftNms(Method method, double iou, double sigma, double lowest, boolean groupwise)
        implements Suppression {
    /** What is left of the score of a box that overlaps by o: nothing, 1 - o, or exp(-o² / sigma). */
    public enum Method {
        NAIVE,
        LINEAR,
        GAUSSIAN
    }

    public SoftNms {
        if (!(iou >= 0 && iou <= 1) || !(sigma > 0)) {
            throw new IllegalArgumentException(
                    "soft suppression wants an overlap between 0 and 1 and sigma > 0, not %s and %s"
                            .formatted(iou, sigma));
        }
    }

    /** The reference's defaults: linear, lowest score 0.001. */
    public SoftNms(double iou) {
        this(Method.LINEAR, iou, 0.5, 1e-3, true);
    }

    private record Pick(int place, float score) {}

    @Override
    public Survivors among(PlainBoxes boxes, int most) {
        List<Pick> picks = new ArrayList<>();
        for (int[] members : boxes.byGroup()) {
            pick(boxes, members, most, picks);
        }
        picks.sort(Comparator.comparing(Pick::score).reversed());
        List<Pick> best = picks.size() > most ? picks.subList(0, most) : picks;
        long[] places = new long[best.size()];
        float[] scores = new float[best.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = best.get(i).place();
            scores[i] = best.get(i).score();
        }
        return new Survivors(places, scores);
    }

    /** Within one group: takes the best, lowers the others, and so on. */
    private void pick(PlainBoxes boxes, int[] members, int most, List<Pick> picks) {
        int[] left = members.clone();
        float[] scores = new float[left.length];
        int count = 0;
        for (int member : left) {
            float score = boxes.score(member);
            if (score >= (float) lowest || member == 0) { // the best of all stays, whatever its score
                left[count] = member;
                scores[count++] = score;
            }
        }
        for (int taken = 0; count > 0 && taken < most; taken++) {
            int best = best(scores, count);
            int place = left[best];
            picks.add(new Pick(place, scores[best]));
            left[best] = left[--count];
            scores[best] = scores[count];
            count = lower(boxes, place, left, scores, count);
        }
    }

    private static int best(float[] scores, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    /** How many are left. */
    private int lower(PlainBoxes boxes, int place, int[] left, float[] scores, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            float score = scores[i] * share(boxes.iou(place, left[i]));
            if (score >= (float) lowest) {
                left[kept] = left[i];
                scores[kept++] = score;
            }
        }
        return kept;
    }

    private float share(float overlap) {
        return switch (method) {
            case NAIVE -> overlap >= (float) iou ? 0 : 1;
            case LINEAR -> overlap >= (float) iou ? 1 - overlap : 1;
            case GAUSSIAN -> (float) Math.exp(-(overlap * overlap) / (float) sigma);
        };
    }
}
