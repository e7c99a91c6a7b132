package dev.fovea.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Queries, each with the images whose features are most like its own; frames tell whether the class is the same. */
public final class NeighbourSheet {
    private final Grid grid;

    /** An image with its class, which is empty when unknown. */
    public record Item(BufferedImage image, String className) {}

    /** An image found for a query, with the cosine of their features. */
    public record Found(Item item, double similarity) {}

    public NeighbourSheet(int neighbours) {
        List<String> columns = new ArrayList<>(List.of("query"));
        for (int i = 1; i <= neighbours; i++) {
            columns.add(String.valueOf(i));
        }
        this.grid = new Grid(columns).cellWidth(112);
    }

    public NeighbourSheet add(Item query, List<Found> found) {
        List<Grid.Cell> cells = new ArrayList<>(List.of(new Grid.Cell(query.image, query.className, null)));
        for (Found each : found) {
            String name = each.item.className;
            String note = String.format(Locale.ROOT, name.isEmpty() ? "%.2f" : "%.2f  ", each.similarity) + name;
            boolean known = !query.className.isEmpty() && !name.isEmpty();
            boolean same = name.equals(query.className);
            cells.add(new Grid.Cell(each.item.image, note, known ? (same ? Ink.GOOD : Ink.BAD) : null));
        }
        grid.row("", cells);
        return this;
    }

    public BufferedImage draw() {
        return grid.draw();
    }
}
