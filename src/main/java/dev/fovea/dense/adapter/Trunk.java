package dev.fovea.dense.adapter;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.VitSpec;
import dev.fovea.nn.Block;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.Init;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.PatchEmbed;
import dev.fovea.nn.RelativePositionBias;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.SinCosPosEmbed;
import dev.fovea.nn.Windows;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The parts of the plain network that an adapter stands on; {@link VitAdapter} registers them under the names that they
 * have in a plain checkpoint.
 *
 * @param clsToken goes through the blocks; null = none does
 * @param posEmbed {@code [1, prefix + cells, D]}; null = no absolute positions
 * @param prefix rows of posEmbed in front of the cells
 * @param windows side of each block's windows, 0 = global; empty = all global
 * @param indices of each block's relative positions; empty = none
 */
record Trunk(
        Tensor clsToken,
        Tensor posEmbed,
        int prefix,
        PatchEmbed patchEmbed,
        List<Block> blocks,
        List<Integer> windows,
        List<Tensor> indices,
        Windows.Padding padding) {
    private static final double STD = 0.02;

    static Trunk of(VitAdapterSpec spec) {
        Trunk trunk = spec.vit() instanceof BeitSpec beit
                ? ofBeit(beit, spec.storedGrid(), spec.windows())
                : ofVit((VitSpec) spec.vit(), spec.storedGrid(), spec.windows());
        trunk.start();
        return trunk;
    }

    /** The class token does not take part; its row of the positions stays for checkpoints that have one. */
    private static Trunk ofVit(VitSpec spec, Size grid, List<Integer> windows) {
        int prefix = spec.classToken() ? 1 : 0;
        boolean learned = spec.posEmbed() == PosEmbed.LEARNED;
        Tensor table = SinCosPosEmbed.start(grid.height(), grid.width(), spec.dim(), spec.classToken());
        if (learned) {
            Init.truncNormal(table, STD);
        }
        return new Trunk(
                null,
                table,
                prefix,
                new PatchEmbed(3, spec.dim(), spec.patchSize()),
                spec.blocks(),
                windows,
                List.of(),
                Windows.Padding.PROJECTED);
    }

    /** With windows as in the detection code, without class token; otherwise as in the segmentation code, with one. */
    private static Trunk ofBeit(BeitSpec spec, Size stored, List<Integer> windows) {
        boolean windowed = !windows.isEmpty();
        int prefix = windowed ? 0 : 1;
        boolean relative = spec.relativePosition() == BeitSpec.RelativeBias.BLOCK;
        double[] rates = DropPath.schedule(spec.dropPath(), spec.depth());
        List<Block> blocks = new ArrayList<>();
        List<Tensor> indices = new ArrayList<>();
        // One for all blocks of an area: it has as many entries as attention.
        Map<Size, Tensor> ofAreas = new HashMap<>();
        for (int i = 0; i < rates.length; i++) {
            Size area = windowed ? Size.square(windows.get(i)) : spec.grid();
            blocks.add(spec.block(rates[i], relative ? table(area, spec.heads(), windowed) : null));
            if (relative) {
                indices.add(ofAreas.computeIfAbsent(area, each -> index(each, windowed)));
            }
        }
        return new Trunk(
                windowed ? null : Tensors.zeros(1, 1, spec.dim()),
                spec.absolutePosition() ? Tensors.zeros(1, prefix + (long) stored.area(), spec.dim()) : null,
                prefix,
                new PatchEmbed(spec.form().channels(), spec.dim(), spec.patchSize()),
                blocks,
                windows,
                indices,
                Windows.Padding.TOKENS);
    }

    private static Tensor table(Size area, int heads, boolean windowed) {
        return windowed
                ? RelativePositionBias.table(area.height(), area.width(), heads)
                : RelativePositionBias.tableWithToken(area.height(), area.width(), heads);
    }

    private static Tensor index(Size area, boolean windowed) {
        return windowed
                ? RelativePositionBias.index(area.height(), area.width())
                : RelativePositionBias.indexWithToken(area.height(), area.width());
    }

    /** As {@link dev.fovea.backbone.VisionTransformer} starts for dense prediction. */
    private void start() {
        for (Block block : blocks) {
            block.parametersByName().forEach((name, x) -> {
                if (name.endsWith(".bias")) {
                    Init.zeros(x);
                } else if (name.endsWith(".weight") && x.dim() == 2) {
                    Init.truncNormal(x, STD);
                }
            });
        }
        Init.xavierUniform(patchEmbed.proj().weight());
        if (clsToken != null) {
            Init.truncNormal(clsToken, STD);
        }
    }

    /** One block: {@code [B, (1 +) N, D] -> [B, (1 +) N, D]} on a grid of tokens. */
    Tensor run(int block, Tensor x, MapSize grid) {
        RelativePositions positions =
                indices.isEmpty() ? null : new RelativePositions(Tensors.beside(indices.get(block), x), null);
        int side = windows.isEmpty() ? 0 : windows.get(block);
        return side == 0
                ? blocks.get(block).forward(x, positions)
                : blocks.get(block).forward(x, new Windows(grid, side, padding), positions);
    }
}
