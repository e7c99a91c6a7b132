package dev.fovea.report;

import dev.fovea.backbone.Size;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Patches grouped by the code that a tokenizer gives them, the code with the most patches first. */
public final class CodeSheet {
    private static final int CELL = 48;
    private static final int MOST_EXAMPLES = 64;
    private static final int COLUMNS = 8;

    private final Map<Integer, Group> groups = new TreeMap<>();

    private static final class Group {
        private final List<BufferedImage> examples = new ArrayList<>();
        private int count;
    }

    /** A code, how many patches have it, and their picture. */
    public record Sheet(int code, int count, BufferedImage picture) {}

    /** @param codes of the image's patches, row-major */
    public CodeSheet add(BufferedImage image, Size grid, long[] codes) {
        int height = image.getHeight() / grid.height(), width = image.getWidth() / grid.width();
        for (int n = 0; n < codes.length; n++) {
            Group group = groups.computeIfAbsent((int) codes[n], code -> new Group());
            group.count++;
            if (group.examples.size() < MOST_EXAMPLES) {
                int left = n % grid.width() * width, top = n / grid.width() * height;
                // A part of a picture keeps all of it in memory.
                group.examples.add(Pixels.copy(image.getSubimage(left, top, width, height)));
            }
        }
        return this;
    }

    /** Codes that some patch has. */
    public int codes() {
        return groups.size();
    }

    /** A row for each of the most used codes. */
    public BufferedImage draw(int mostCodes) {
        Grid grid = grid();
        mostUsed(mostCodes).forEach(entry -> addRow(grid, caption(entry), entry.getValue().examples, 0));
        return grid.draw();
    }

    /** A sheet for each code, most used first. */
    public List<Sheet> sheets() {
        List<Sheet> sheets = new ArrayList<>();
        for (Map.Entry<Integer, Group> entry : mostUsed(groups.size())) {
            Grid grid = grid();
            for (int from = 0; from < entry.getValue().examples.size(); from += COLUMNS) {
                addRow(grid, from == 0 ? caption(entry) : "", entry.getValue().examples, from);
            }
            sheets.add(new Sheet(entry.getKey(), entry.getValue().count, grid.draw()));
        }
        return sheets;
    }

    private static Grid grid() {
        return new Grid(IntStream.range(0, COLUMNS).mapToObj(i -> "").toList()).cellWidth(CELL);
    }

    private static void addRow(Grid grid, String caption, List<BufferedImage> examples, int from) {
        grid.row(
                caption,
                examples.subList(from, Math.min(from + COLUMNS, examples.size())).stream()
                        .map(Grid.Cell::new)
                        .toList());
    }

    private static String caption(Map.Entry<Integer, Group> entry) {
        return "code %d, %d times".formatted(entry.getKey(), entry.getValue().count);
    }

    private List<Map.Entry<Integer, Group>> mostUsed(int most) {
        return groups.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<Integer, Group> entry) -> -entry.getValue().count))
                .limit(most)
                .toList();
    }
}
