package dev.fovea.eval;

import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Panoptic quality (Kirillov et al. 2019, section 4; panopticapi evaluation.py): segments of one class match when their
 * intersection is more than half of their union; per class SQ is the mean IoU of matches, RQ their F1 score, PQ = SQ RQ.
 * Void pixels of the truth are no part of any union, and an unmatched prediction of which void, together with a crowd of its
 * class, is more than half counts as nothing.
 */
public final class PanopticQuality {
    private static final double HALF = 0.5;

    private final boolean[] things;
    private final double[] iou;
    private final long[] hits;
    private final long[] wrong;
    private final long[] missed;

    /** @param things for each class, whether it has single objects */
    public PanopticQuality(boolean[] things) {
        this.things = things.clone();
        iou = new double[things.length];
        hits = new long[things.length];
        wrong = new long[things.length];
        missed = new long[things.length];
    }

    /** Adds an image; crowds stand in the truth alone. */
    public void add(Panoptic predicted, Panoptic truth) {
        if (predicted.height() != truth.height() || predicted.width() != truth.width()) {
            throw new IllegalArgumentException(
                    "a prediction of %d x %d does not fit a truth of %d x %d (height x width)"
                            .formatted(predicted.height(), predicted.width(), truth.height(), truth.width()));
        }
        requireLabels(predicted.segments());
        requireLabels(truth.segments());
        Overlaps overlaps = new Overlaps(predicted, truth);
        boolean[] matched = match(predicted.segments(), truth.segments(), overlaps);
        int[] crowdOf = crowds(truth.segments());
        for (int p = 0; p < matched.length; p++) {
            int label = predicted.segments().get(p).label();
            if (!matched[p] && !overlaps.mostlyIgnored(p + 1, crowdOf[label])) {
                wrong[label]++;
            }
        }
    }

    private void requireLabels(List<Segment> segments) {
        for (Segment segment : segments) {
            if (segment.label() >= things.length) {
                throw new IllegalArgumentException("segment %d: label %d is not below %d, the number of classes"
                        .formatted(segment.id(), segment.label(), things.length));
            }
        }
    }

    /** Counts matches and what was missed; which predictions are matched. A segment matches one other at most. */
    private boolean[] match(List<Segment> predicted, List<Segment> truth, Overlaps overlaps) {
        boolean[] matched = new boolean[predicted.size()];
        for (int t = 0; t < truth.size(); t++) {
            Segment wanted = truth.get(t);
            boolean found = wanted.crowd();
            for (int p = 0; p < predicted.size() && !found; p++) {
                double share = predicted.get(p).label() == wanted.label() ? overlaps.iou(p + 1, t + 1) : 0;
                if (share > HALF) {
                    hits[wanted.label()]++;
                    iou[wanted.label()] += share;
                    matched[p] = true;
                    found = true;
                }
            }
            if (!found) {
                missed[wanted.label()]++;
            }
        }
        return matched;
    }

    /** The place of each class's crowd in the overlaps, 0 = none; of several the last, as in the reference. */
    private int[] crowds(List<Segment> truth) {
        int[] crowdOf = new int[things.length];
        for (int t = 0; t < truth.size(); t++) {
            if (truth.get(t).crowd()) {
                crowdOf[truth.get(t).label()] = t + 1;
            }
        }
        return crowdOf;
    }

    /** Pixels that a predicted and a true segment share; place 0 is void. */
    private static final class Overlaps {
        private final long[][] shared;
        private final long[] predictedArea;
        private final long[] trueArea;

        Overlaps(Panoptic predicted, Panoptic truth) {
            int[] ours = predicted.places(), theirs = truth.places();
            shared = new long[predicted.segments().size() + 1][truth.segments().size() + 1];
            predictedArea = new long[shared.length];
            trueArea = new long[shared[0].length];
            for (int i = 0; i < ours.length; i++) {
                shared[ours[i]][theirs[i]]++;
                predictedArea[ours[i]]++;
                trueArea[theirs[i]]++;
            }
        }

        double iou(int p, int t) {
            long both = shared[p][t];
            return (double) both / (predictedArea[p] + trueArea[t] - both - shared[p][0]);
        }

        boolean mostlyIgnored(int p, int crowd) {
            long ignored = shared[p][0] + (crowd == 0 ? 0 : shared[p][crowd]);
            return (double) ignored / predictedArea[p] > HALF;
        }
    }

    /** Of one class; NaN for a class that neither occurs nor is predicted. */
    public double pq(int label) {
        return iou[label] / (hits[label] + HALF * wrong[label] + HALF * missed[label]);
    }

    /** Mean IoU of the matches of one class; 0 without any. */
    public double sq(int label) {
        return hits[label] > 0 ? iou[label] / hits[label] : occurs(label) ? 0 : Double.NaN;
    }

    /** F1 score of one class. */
    public double rq(int label) {
        return hits[label] / (hits[label] + HALF * wrong[label] + HALF * missed[label]);
    }

    private boolean occurs(int label) {
        return hits[label] + wrong[label] + missed[label] > 0;
    }

    /** {@code PQ SQ RQ}, then the same of things and of stuff ({@code PQ_things} …): means over classes that occur. */
    public Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        put(values, "", label -> true);
        put(values, "_things", label -> things[label]);
        put(values, "_stuff", label -> !things[label]);
        return values;
    }

    private void put(Map<String, Double> values, String suffix, IntPredicate chosen) {
        values.put("PQ" + suffix, mean(chosen, this::pq));
        values.put("SQ" + suffix, mean(chosen, this::sq));
        values.put("RQ" + suffix, mean(chosen, this::rq));
    }

    private double mean(IntPredicate chosen, IntToDoubleFunction score) {
        return IntStream.range(0, things.length)
                .filter(chosen.and(this::occurs))
                .mapToDouble(score)
                .average()
                .orElse(Double.NaN);
    }
}
