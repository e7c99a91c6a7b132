package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Beit;
import dev.fovea.nn.Block;
import dev.fovea.nn.DropPath;
import dev.fovea.nn.RelativePositions;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The blocks behind the last class token and the patch tokens of an early block; all other tokens reach it by neither. */
final class ClassTokenBranch {
    private final int earlyLayer;
    private final List<Block> blocks;

    ClassTokenBranch(ClassTokenSpec spec, Beit backbone) {
        int depth = backbone.spec().depth();
        if (spec.earlyLayer() > depth) {
            throw new IllegalArgumentException("classToken.earlyLayer %d is beyond the %d blocks of the backbone"
                    .formatted(spec.earlyLayer(), depth));
        }
        earlyLayer = spec.earlyLayer();
        // Rates and starts go on from the early block, as if the head stood in place of the blocks behind it.
        int last = earlyLayer + spec.depth();
        double[] rates = DropPath.schedule(backbone.spec().dropPath(), Math.max(depth, last));
        blocks = new ArrayList<>();
        for (int i = earlyLayer; i < last; i++) {
            blocks.add(backbone.furtherBlock(rates[i], i + 1));
        }
    }

    List<Block> blocks() {
        return blocks;
    }

    /** @param outputs of the backbone's blocks, {@code [B, 1 + N, D]} each */
    Tensor forward(List<Tensor> outputs, RelativePositions positions) {
        Tensor last = outputs.get(outputs.size() - 1), early = outputs.get(earlyLayer - 1);
        Tensor x = Tensors.cat(1, last.narrow(1, 0, 1), early.narrow(1, 1, early.size(1) - 1));
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("cls_pt_layers." + i, blocks.get(i).forward(x, positions));
        }
        return x;
    }
}
