package dev.fovea.report;

import dev.fovea.data.instance.Panoptic;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.TreeSet;

/** Images cut into segments beside how they should be cut: image, truth, found. */
public final class SegmentSheet {
    private static final int LONGEST_LEGEND = 40;
    private static final int CELL = 320;

    private final List<String> classNames;
    private final SegmentPicture segments;
    private final Grid grid = new Grid(List.of("image", "truth", "found")).cellWidth(CELL);
    private final TreeSet<Integer> seen = new TreeSet<>();

    public SegmentSheet(List<String> classNames) {
        this.classNames = List.copyOf(classNames);
        segments = new SegmentPicture(classNames);
    }

    /** One image; the caption may be empty. */
    public SegmentSheet add(String caption, BufferedImage image, Panoptic truth, Panoptic found) {
        truth.segments().forEach(each -> seen.add(each.label()));
        found.segments().forEach(each -> seen.add(each.label()));
        String note = "%d there, %d found"
                .formatted(truth.segments().size(), found.segments().size());
        grid.row(
                caption,
                List.of(
                        new Grid.Cell(image),
                        new Grid.Cell(segments.draw(image, truth)),
                        new Grid.Cell(segments.draw(image, found), note, null)));
        return this;
    }

    public BufferedImage draw() {
        List<Grid.Swatch> legend = seen.stream()
                .limit(LONGEST_LEGEND)
                .map(label -> new Grid.Swatch(classNames.get(label), Palette.series(label)))
                .toList();
        return grid.legend(legend).draw();
    }
}
