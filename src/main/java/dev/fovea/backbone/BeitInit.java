package dev.fovea.backbone;

import dev.fovea.nn.Block;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.NoGrad;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * How a BEiT starts (microsoft/unilm beit2): normal of 0.02, what ends a branch of block l divided by sqrt(2 l). The
 * pre-training code cuts the distribution off at one standard deviation, the others do not.
 */
enum BeitInit {
    PRETRAIN {
        @Override
        void draw(Tensor x) {
            Init.truncNormalAtOne(x, STD);
        }
    },
    FINETUNE {
        @Override
        void draw(Tensor x) {
            Init.truncNormal(x, STD);
        }
    };

    private static final double STD = 0.02;

    static BeitInit of(Use use) {
        return use == Use.PRETRAIN ? PRETRAIN : FINETUNE;
    }

    abstract void draw(Tensor x);

    /** @param number of the block, from 1 */
    void block(Block block, int number) {
        linears(block.parametersByName());
        divideEnds(block, number);
    }

    /** What ends the branches of the block of that number. */
    static void divideEnds(Block block, int number) {
        Map<String, Tensor> parameters = block.parametersByName();
        try (NoGrad off = new NoGrad()) {
            Scalar depth = new Scalar(Math.sqrt(2.0 * number));
            parameters.get("attn.proj.weight").div_(depth);
            parameters.get("mlp.fc2.weight").div_(depth);
        }
    }

    /** The patch embedding is a linear layer to the pre-training code alone; the others leave PyTorch's start. */
    void patchEmbed(Layer patchEmbed) {
        if (this == PRETRAIN) {
            patchEmbed.parametersByName().forEach((name, x) -> {
                if (name.endsWith(".weight")) {
                    draw(x);
                } else {
                    Init.zeros(x);
                }
            });
        }
    }

    private void linears(Map<String, Tensor> parameters) {
        parameters.forEach((name, x) -> {
            if (name.endsWith(".weight") && x.dim() == 2) {
                draw(x);
            } else if (name.endsWith(".bias")) {
                Init.zeros(x);
            }
        });
    }
}
