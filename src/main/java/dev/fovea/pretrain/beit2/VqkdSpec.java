package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.Objective;
import dev.fovea.teacher.TeacherSpec;
import java.util.List;

/**
 * Training of a tokenizer by vector-quantized knowledge distillation (Peng et al. 2022, section 2.2).
 *
 * @param teacher whose patch features are reconstructed from the codes; it has the encoder's grid
 */
public record VqkdSpec(QuantizerSpec quantizer, DecoderSpec decoder, TeacherSpec teacher) implements Objective {
    /** The transformer between codes and the teacher's features; 1 or 3 blocks in the paper. */
    public record DecoderSpec(int dim, int depth, int heads, double mlpRatio) {
        public DecoderSpec {
            Check.heads("dim", dim, heads);
            Check.mlpRatio(mlpRatio);
            Check.that(depth >= 1, "depth %d is below 1", depth);
        }

        /** A transformer on a map of codes instead of pixels, a cell a patch. */
        BeitSpec on(Size grid, int channels) {
            BeitSpec.Form form = new BeitSpec.Form(channels, true, 0, 0);
            return new BeitSpec(grid, 1, dim, depth, heads, mlpRatio, 0, 0, RelativeBias.NONE, true, form, List.of());
        }
    }

    @Override
    public Vqkd build(BackboneSpec backbone) {
        return build(backbone, Normalize.IMAGENET);
    }

    @Override
    public Vqkd build(BackboneSpec backbone, Normalize images) {
        teacher.requireGrid(backbone.imageSize().dividedBy(backbone.tokenStride()));
        return new Vqkd(this, backbone, images);
    }

    @Override
    public boolean standsAlone() {
        return false;
    }
}
