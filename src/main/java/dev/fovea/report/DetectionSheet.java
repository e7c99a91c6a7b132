package dev.fovea.report;

import dev.fovea.data.instance.Instance;
import dev.fovea.eval.coco.Detection;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Objects that were found beside those that are there: image, truth, found. */
public final class DetectionSheet {
    private static final int LONGEST_LEGEND = 40;
    private static final int CELL = 320;

    private final List<String> classNames;
    private final ObjectPicture objects;
    private final Grid grid = new Grid(List.of("image", "truth", "found")).cellWidth(CELL);
    private final TreeSet<Integer> seen = new TreeSet<>();

    public DetectionSheet(List<String> classNames) {
        this.classNames = List.copyOf(classNames);
        objects = new ObjectPicture(classNames, ObjectPicture.LEAST_SCORE);
    }

    /** One image; the caption may be empty. Crowds are not drawn. */
    public DetectionSheet add(String caption, BufferedImage image, List<Instance> truths, List<Detection> found) {
        List<Detection> there = new ArrayList<>();
        for (Instance truth : truths) {
            if (!truth.crowd()) {
                there.add(new Detection(
                        truth.label(), 1, truth.box(), truth.region().rle(image.getHeight(), image.getWidth())));
            }
        }
        there.forEach(each -> seen.add(each.label()));
        List<Detection> shown = objects.shown(found);
        shown.forEach(each -> seen.add(each.label()));
        String note = "%d there, %d found".formatted(there.size(), shown.size());
        grid.row(
                caption,
                List.of(
                        new Grid.Cell(image),
                        new Grid.Cell(objects.withoutScores(image, there)),
                        new Grid.Cell(objects.draw(image, found), note, null)));
        return this;
    }

    public BufferedImage draw() {
        List<Grid.Swatch> legend = seen.stream()
                .limit(classNames.size() > 1 ? LONGEST_LEGEND : 0)
                .map(label -> new Grid.Swatch(classNames.get(label), Palette.series(label)))
                .toList();
        return grid.legend(legend).draw();
    }
}
