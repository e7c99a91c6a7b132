package dev.fovea.backbone;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Recompute;
import dev.fovea.nn.Tap;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The convolution stages of a ConvViT, on the cells of units; their layers are children of the network. */
final class ConvStages {
    private final ConvVitSpec spec;
    private final List<ConvPatchEmbed> embeds;
    private final Linear last;
    private final List<List<ConvBlock>> blocks;

    /**
     * @param embeds what makes the cells of stages 1, 2 and 3
     * @param last what stage 3's cells go through to become tokens
     * @param blocks of stages 1 and 2
     */
    ConvStages(ConvVitSpec spec, List<ConvPatchEmbed> embeds, Linear last, List<List<ConvBlock>> blocks) {
        this.spec = spec;
        this.embeds = List.copyOf(embeds);
        this.last = last;
        this.blocks = List.copyOf(blocks);
    }

    /** The convolution that makes the cells of stage 3. */
    Conv2d lastConvolution() {
        return embeds.get(2).proj();
    }

    /** Stages 1 and 2, and what stage 3 starts from: tokens without positions. */
    ConvVit.Stages of(Tensor images, Visibility seen, Units units) {
        int cells1 = spec.cells(1), cells2 = spec.cells(2);
        Tensor x = embeds.get(0)
                .embedPixels(units.cut(images, cells1, spec.patchSizes().get(0)));
        markMap("patch_embed1", x, units, cells1);
        Tensor stage1 = convolutions(x, blocks.get(0), units, cells1, seen.keep1());
        markMap("stage1", stage1, units, cells1);

        x = embeds.get(1)
                .embedCells(Units.merge(stage1, cells1, spec.patchSizes().get(1)));
        markMap("patch_embed2", x, units, cells2);
        Tensor stage2 = convolutions(x, blocks.get(1), units, cells2, seen.keep2());
        markMap("stage2", stage2, units, cells2);

        x = embeds.get(2)
                .embedCells(Units.merge(stage2, cells2, spec.patchSizes().get(2)));
        markMap("patch_embed3", x, units, 1);
        x = Tap.mark("patch_embed4", last.forward(x.flatten(1, 2))); // [B, U, D]
        return new ConvVit.Stages(stage1, stage2, x);
    }

    private Tensor convolutions(Tensor x, List<ConvBlock> stage, Units units, int cells, Tensor keep) {
        ConvBlock.Spatial spatial = units.spatial(cells, spec.kernelSize(), keep);
        for (ConvBlock block : stage) {
            x = Recompute.through(y -> block.forward(y, spatial), x);
        }
        return x;
    }

    private static void markMap(String name, Tensor x, Units units, int cells) {
        if (Tap.isOpen()) {
            Tap.mark(name, units.toMap(x, cells));
        }
    }
}
