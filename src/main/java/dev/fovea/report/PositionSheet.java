package dev.fovea.report;

import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.LocatesViews.Placement;
import dev.fovea.tensor.Tensors;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Where a network takes the patches of a query to lie (LOCA, Caron et al. 2022): the reference, the query, its patches put where
 * they belong, and put where they were predicted. Patches whose content the reference does not show are left out.
 */
public final class PositionSheet {
    private static final Color EMPTY = new Color(0xb4bac4);
    private static final List<String> COLUMNS =
            List.of("reference", "query", "where it belongs", "where it was placed");

    private PositionSheet() {}

    /**
     * @param references normalised, {@code [B, 3, H, W]}
     * @param placement of at least one view of each, the first of every reference in front
     * @param names beside the rows, one per image, or none
     */
    public static BufferedImage draw(Tensor references, Placement placement, Normalize normalize, List<String> names) {
        Grid grid = new Grid(COLUMNS);
        for (int i = 0; i < references.size(0); i++) {
            BufferedImage reference = Pixels.of(references.select(0, i), normalize);
            BufferedImage query = Pixels.of(placement.images().select(0, i), normalize);
            long[] targets = Tensors.toLongs(placement.targets().select(0, i));
            long[] places = Tensors.toLongs(placement.places().select(0, i));
            Puzzle puzzle = new Puzzle(reference, query, targets);
            grid.row(
                    names.isEmpty() ? "" : names.get(i),
                    List.of(
                            new Grid.Cell(reference),
                            new Grid.Cell(query),
                            new Grid.Cell(puzzle.assembled(targets)),
                            new Grid.Cell(puzzle.assembled(places), right(targets, places), null)));
        }
        return grid.draw();
    }

    private static String right(long[] targets, long[] places) {
        int right = 0, valid = 0;
        for (int i = 0; i < targets.length; i++) {
            valid += targets[i] >= 0 ? 1 : 0;
            right += targets[i] >= 0 && targets[i] == places[i] ? 1 : 0;
        }
        return "%d of %d".formatted(right, valid);
    }

    /** The patches of a query, to be put on a sheet of the reference's size. */
    private record Puzzle(BufferedImage reference, BufferedImage query, long[] targets) {
        BufferedImage assembled(long[] places) {
            int side = (int) Math.sqrt((double) query.getWidth() * query.getHeight() / targets.length);
            int across = query.getWidth() / side, columns = reference.getWidth() / side;
            BufferedImage sheet =
                    new BufferedImage(reference.getWidth(), reference.getHeight(), BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = sheet.createGraphics();
            pen.setColor(EMPTY);
            pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            for (int i = 0; i < places.length; i++) {
                if (targets[i] >= 0) {
                    BufferedImage patch = query.getSubimage(i % across * side, i / across * side, side, side);
                    int column = (int) (places[i] % columns), row = (int) (places[i] / columns);
                    pen.drawImage(patch, column * side, row * side, null);
                }
            }
            pen.dispose();
            return sheet;
        }
    }
}
