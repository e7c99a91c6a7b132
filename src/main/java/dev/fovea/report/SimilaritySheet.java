package dev.fovea.report;

import dev.fovea.backbone.Size;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How like a teacher's features are to what a tokenizer rebuilds from its codes, patch by patch; bright = alike. */
public final class SimilaritySheet {
    private static final int CELL = 160;
    private static final int PAIRS = 2;

    private final List<Grid.Cell> cells = new ArrayList<>();

    /** @param cosines of the image's patches, row-major */
    public SimilaritySheet add(BufferedImage image, Size grid, float[] cosines) {
        float[] shown = cosines.clone();
        double sum = 0;
        for (int i = 0; i < shown.length; i++) {
            sum += cosines[i];
            shown[i] = Math.max(0, cosines[i]);
        }
        String note = String.format(Locale.ROOT, "mean cosine %.2f", sum / cosines.length);
        cells.add(new Grid.Cell(image));
        cells.add(new Grid.Cell(AttentionSheet.heat(image, grid, shown, 1), note, null));
        return this;
    }

    public BufferedImage draw() {
        Grid grid = new Grid(List.of("input", "cosine", "input", "cosine")).cellWidth(CELL);
        for (int from = 0; from < cells.size(); from += 2 * PAIRS) {
            grid.row("", cells.subList(from, Math.min(from + 2 * PAIRS, cells.size())));
        }
        return grid.draw();
    }
}
