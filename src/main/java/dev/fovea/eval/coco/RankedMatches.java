package dev.fovea.eval.coco;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The detections of one class over all images, best first, and which of them are right. */
final class RankedMatches {
    private record Place(ImageMatch image, int detection) {
        double score() {
            return image.scores()[detection];
        }
    }

    private final List<Place> ranked = new ArrayList<>();
    private int truths;

    /** @param images ascending by id, which decides among equal scores */
    RankedMatches(List<ImageMatch> images, int most) {
        for (ImageMatch image : images) {
            truths += image.truths();
            for (int d = 0; d < Math.min(most, image.scores().length); d++) {
                ranked.add(new Place(image, d));
            }
        }
        ranked.sort(Comparator.comparingDouble(Place::score).reversed());
    }

    /** How many objects were to be found. */
    int truths() {
        return truths;
    }

    /** Precision and recall after each detection. */
    Curve curve(int threshold) {
        double[] precision = new double[ranked.size()], recall = new double[ranked.size()];
        int right = 0, wrong = 0;
        for (int i = 0; i < precision.length; i++) {
            Place place = ranked.get(i);
            if (!place.image.ignored()[threshold][place.detection]) {
                boolean found = place.image.matched()[threshold][place.detection];
                right += found ? 1 : 0;
                wrong += found ? 0 : 1;
            }
            // The ulp keeps 0 / 0 at 0 where all detections so far are ignored.
            precision[i] = right / (wrong + right + Math.ulp(1.0));
            recall[i] = (double) right / truths;
        }
        return new Curve(precision, recall);
    }

    /** Both by rank. */
    record Curve(double[] precision, double[] recall) {
        double lastRecall() {
            return recall.length == 0 ? 0 : recall[recall.length - 1];
        }

        /** The best precision at a recall of at least each of the points, which ascend; 0 beyond the curve. */
        double[] precisionAt(List<Double> points) {
            double[] envelope = precision.clone();
            for (int i = envelope.length - 1; i > 0; i--) {
                envelope[i - 1] = Math.max(envelope[i - 1], envelope[i]);
            }
            double[] values = new double[points.size()];
            for (int r = 0, i = 0; r < values.length; r++) {
                while (i < recall.length && recall[i] < points.get(r)) {
                    i++;
                }
                values[r] = i < recall.length ? envelope[i] : 0;
            }
            return values;
        }
    }
}
