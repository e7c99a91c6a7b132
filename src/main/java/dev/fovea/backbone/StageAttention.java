package dev.fovea.backbone;

import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.Layer;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.RelativePositionBias;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.Windows;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * How the blocks of one transformer stage see each other's places on a map: globally or in windows, with which tables of
 * relative positions.
 */
final class StageAttention {
    private final WindowSpec windows;
    private final RelativeTables tables;
    private final Size grid;
    private final int heads;
    private final Tensor windowOffsets;
    private final Tensor globalOffsets;
    private final SharedTable windowed;
    private final SharedTable global;

    /**
     * @param tables null = no relative positions
     * @param grid of tokens that global tables are made for
     */
    StageAttention(WindowSpec windows, RelativeTables tables, Size grid, int heads) {
        this.windows = windows;
        this.tables = tables;
        this.grid = grid;
        this.heads = heads;
        boolean offsets = tables != null && tables != RelativeTables.DECOMPOSED;
        boolean shared = tables != null && tables.isShared();
        Size window = windows.isUsed() ? Size.square(windows.windowSize()) : null;
        windowOffsets = offsets && windows.isUsed() ? offsets(window) : null;
        globalOffsets = offsets && !windows.isEverywhere() ? offsets(grid) : null;
        windowed = shared && windows.isUsed() ? new SharedTable(table(window)) : null;
        global = shared ? new SharedTable(table(grid)) : null;
    }

    private static Tensor offsets(Size area) {
        return RelativePositionBias.index(area.height(), area.width());
    }

    private Tensor table(Size area) {
        return RelativePositionBias.table(area.height(), area.width(), heads);
    }

    /** What the owner registers, by its released name (ConvMAE SEG and DET). */
    Map<String, Layer> sharedTables() {
        Map<String, Layer> shared = new LinkedHashMap<>();
        if (windowed != null) {
            shared.put("windowed_rel_pos_bias", windowed);
        }
        if (global != null) {
            shared.put(windowed == null ? "rel_pos_bias" : "global_rel_pos_bias", global);
        }
        return shared;
    }

    /** The tokens that a block attends over at once. */
    private Size area(int block) {
        return windows.isWindowed(block) ? Size.square(windows.windowSize()) : grid;
    }

    /** A fresh table of a block's own; null = none. */
    Tensor ownTable(int block) {
        return tables != null && tables.isOfBlocks() ? table(area(block)) : null;
    }

    /** A block's attention, with tables of its own if it has any. */
    Attention attention(int block, Attention.Spec spec, Layer qkv) {
        if (tables == RelativeTables.DECOMPOSED) {
            Size area = area(block);
            return Attention.decomposed(spec, qkv, new MapSize(area.height(), area.width()));
        }
        return new Attention(spec, qkv, ownTable(block));
    }

    /** The same with the index of the own table among its buffers, where a format of files has it. */
    Attention indexedAttention(int block, Attention.Spec spec, Layer qkv) {
        Tensor own = ownTable(block);
        return own == null ? attention(block, spec, qkv) : new Attention(spec, qkv, own, offsets(area(block)));
    }

    /** Rows of a global table for each pair of tokens of the grid; null = none. */
    Tensor globalOffsets() {
        return globalOffsets;
    }

    /** One forward pass over maps of a size, whose blocks share what they can. */
    Pass on(Size map) {
        if (globalOffsets != null && !map.equals(grid)) {
            throw new IllegalArgumentException(
                    "relative positions were made for a grid of %s tokens, not for %s".formatted(grid, map));
        }
        return new Pass(map);
    }

    final class Pass {
        private final Size map;
        private final MapSize cells;
        private final RelativePositions inWindows;
        private final RelativePositions onMap;

        private Pass(Size map) {
            this.map = map;
            cells = new MapSize(map.height(), map.width());
            inWindows = windowOffsets == null
                    ? null
                    : new RelativePositions(windowOffsets, windowed == null ? null : windowed.table());
            onMap = globalOffsets == null
                    ? RelativePositions.on(cells)
                    : new RelativePositions(globalOffsets, global == null ? null : global.table());
        }

        /** {@code [B, N, D] -> [B, N, D]}. */
        Tensor run(int index, Block block, Tensor x) {
            if (!windows.isWindowed(index)) {
                return block.forward(x, onMap);
            }
            Windows here = new Windows(cells, windows.windowSize(), Windows.Padding.TOKENS, windows.shift(index, map));
            return block.forward(x, here, inWindows);
        }
    }
}
