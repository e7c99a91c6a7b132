package dev.fovea.teacher;

import dev.fovea.backbone.Size;
import dev.fovea.nn.Attention;
import dev.fovea.nn.Block;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Mlp;
import dev.fovea.nn.PatchEmbed;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * CLIP's vision transformer (openai/CLIP model.py VisionTransformer) under timm's names; normalised images to tokens, the
 * class token first: {@code [B, 3, H, W] -> [B, 1 + N, D]}.
 */
public final class ClipTower extends Layer {
    private static final double EPS = 1e-5;
    private static final double MLP_RATIO = 4;

    private final Size size;
    private final Tensor clsToken;
    private final Tensor posEmbed;
    private final PatchEmbed patchEmbed;
    private final LayerNorm normPre;
    private final List<Block> blocks;
    private final LayerNorm norm;
    private final Linear proj;

    ClipTower(ClipSpec spec) {
        int width = spec.width();
        size = spec.imageSize();
        clsToken = parameter("cls_token", Tensors.zeros(1, 1, width));
        posEmbed = parameter("pos_embed", Tensors.zeros(1, 1 + spec.grid().area(), width));
        patchEmbed = child(
                "patch_embed",
                new PatchEmbed(3, width, Conv2d.Shape.patch(spec.patchSize()).withoutBias()));
        normPre = child("norm_pre", new LayerNorm(width, EPS));
        List<Block> list = new ArrayList<>();
        for (int i = 0; i < spec.depth(); i++) {
            list.add(block(spec));
        }
        blocks = childList("blocks", list);
        norm = child("norm", new LayerNorm(width, EPS));
        proj = child("proj", new Linear(width, spec.dim(), false));
        freeze();
        eval();
    }

    private static Block block(ClipSpec spec) {
        int width = spec.width(), hidden = (int) (width * MLP_RATIO);
        Block.Spec plain = new Block.Spec(width, spec.heads(), MLP_RATIO, 0, EPS, 0, null);
        Layer mlp = spec.quickGelu() ? new QuickGeluMlp(width, hidden) : new Mlp(width, hidden);
        return new Block(plain, new Attention(width, spec.heads()), mlp);
    }

    @Override
    public Tensor forward(Tensor images) {
        require(
                images.dim() == 4 && images.size(2) == size.height() && images.size(3) == size.width(),
                "the teacher was built for images of %s, not for a batch of %s",
                size,
                Shapes.text(images));
        Tensor patches = patchEmbed.forward(images);
        Tensor first = clsToken.to(patches.scalar_type()).expand(images.size(0), 1, patches.size(2));
        Tensor x = Tensors.cat(1, first, patches).add(posEmbed.to(patches.scalar_type()));
        x = Tap.mark("embedding", normPre.forward(x));
        for (int i = 0; i < blocks.size(); i++) {
            x = Tap.mark("blocks." + i, blocks.get(i).forward(x));
        }
        return proj.forward(Tap.mark("norm", norm.forward(x)));
    }

    /** CLIP's approximation of GELU: {@code x sigmoid(1.702 x)}. */
    private static final class QuickGeluMlp extends Layer {
        private static final double SLOPE = 1.702;

        private final Linear fc1;
        private final Linear fc2;

        QuickGeluMlp(int dim, int hidden) {
            fc1 = child("fc1", new Linear(dim, hidden));
            fc2 = child("fc2", new Linear(hidden, dim));
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor h = fc1.forward(x);
            return fc2.forward(h.mul(h.mul(new Scalar(SLOPE)).sigmoid()));
        }
    }
}
