package dev.fovea.bench;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VitSpec;
import dev.fovea.dense.adapter.AttentionSpec;
import dev.fovea.dense.adapter.Interaction;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.dense.adapter.VitAdapterSpec.VitFeature;
import dev.fovea.nn.Losses;
import dev.fovea.pretrain.PretrainModel;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** ViT-Adapter-B at 512 px as its segmentation recipes have it, without a head: the loss is the mean square of its maps. */
final class AdapterModel extends PretrainModel {
    static final int SIDE = 512;

    private final Backbone backbone;

    AdapterModel() {
        VitSpec vit = new VitSpec(Size.square(SIDE), 16, 768, 12, 12, 4, 0.3, true, PosEmbed.LEARNED, List.of())
                .withLayerScale(1);
        VitAdapterSpec adapter = new VitAdapterSpec(
                vit,
                0,
                List.of(),
                List.of(),
                64,
                Interaction.Parts.ALL,
                new AttentionSpec(AttentionSpec.Reach.DEFORMABLE, 12, 4, 0.5),
                0,
                0.25,
                2,
                VitFeature.EACH);
        backbone = child("backbone", adapter.build(Use.DENSE));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public Losses losses(Tensor images) {
        Tensor sum = null;
        for (Tensor map : backbone.pyramid(images).maps()) {
            Tensor square = map.square().mean();
            sum = sum == null ? square : sum.add(square);
        }
        return Losses.of(sum);
    }
}
