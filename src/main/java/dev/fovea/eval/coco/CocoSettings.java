package dev.fovea.eval.coco;

import java.util.List;
import java.util.stream.IntStream;

/**
 * At what the figures are taken.
 *
 * @param thresholds intersections over union from which a detection is right
 * @param recalls where precision is read
 * @param areas all, small, medium, large
 * @param most how many detections of an image and class count, ascending; the first figure is at 100, the next five are at
 *     the last
 */
public record CocoSettings(List<Double> thresholds, List<Double> recalls, List<AreaRange> areas, List<Integer> most) {
    /** The first figure is always taken here, whatever the other limits are. */
    static final int FIRST_FIGURE = 100;

    private static final double LARGEST = 1e10;

    public CocoSettings {
        thresholds = List.copyOf(thresholds);
        recalls = List.copyOf(recalls);
        areas = List.copyOf(areas);
        most = List.copyOf(most);
        if (areas.size() != 4) {
            throw new IllegalArgumentException(
                    "%d area ranges are not all, small, medium, large".formatted(areas.size()));
        }
        boolean ascending =
                most.size() == 3 && 0 < most.get(0) && most.get(0) < most.get(1) && most.get(1) < most.get(2);
        if (!ascending || !most.contains(FIRST_FIGURE)) {
            throw new IllegalArgumentException("limits of detections %s are not three ascending ones with %d among them"
                    .formatted(most, FIRST_FIGURE));
        }
    }

    /** Thresholds 0.5, 0.55 … 0.95, 101 points of recall, 1, 10 and 100 detections. */
    public static CocoSettings standard() {
        return new CocoSettings(
                spaced(0.5, 0.95, 10),
                spaced(0, 1, 101),
                List.of(
                        new AreaRange("all", 0, LARGEST),
                        new AreaRange("small", 0, 32 * 32),
                        new AreaRange("medium", 32 * 32, 96 * 96),
                        new AreaRange("large", 96 * 96, LARGEST)),
                List.of(1, 10, FIRST_FIGURE));
    }

    /** The same with mmdet's limits, which the papers on detection with mmdet report: 100, 300 and 1000 detections. */
    public static CocoSettings mmdet() {
        CocoSettings standard = standard();
        return new CocoSettings(
                standard.thresholds, standard.recalls, standard.areas, List.of(FIRST_FIGURE, 300, 1000));
    }

    /** Evenly spaced with both ends, rounded as numpy's linspace. */
    public static List<Double> spaced(double from, double to, int count) {
        double step = (to - from) / (count - 1);
        return IntStream.range(0, count)
                .mapToObj(i -> i == count - 1 ? to : i * step + from)
                .toList();
    }

    int last() {
        return most.get(most.size() - 1);
    }
}
