package dev.fovea.teacher;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.VisionTransformer;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.DataRoot;
import dev.fovea.data.augment.Normalize;
import dev.fovea.weights.DinoNames;
import dev.fovea.weights.JoinedQkv;
import dev.fovea.weights.Names;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A ViT that DINO pre-trained (Caron et al. 2021), from the official files or those of Hugging Face; images are normalised
 * as for ImageNet. For an image size other than the file's, positions are interpolated.
 *
 * @param from the weights file
 */
public record DinoSpec(String from, Size imageSize, int patchSize, int dim, int depth, int heads, double mlpRatio)
        implements TeacherSpec {
    public DinoSpec {
        vit(imageSize, patchSize, dim, depth, heads, mlpRatio); // whose rules are this record's
    }

    @Override
    public FrozenBackbone build() {
        Path file = DataRoot.expand(from);
        return new FrozenBackbone(network(WeightFile.read(file).tensors(), file.toString()), Normalize.IMAGENET);
    }

    /** The network with the weights of a file, whose kind is told by its names. */
    public VisionTransformer network(Map<String, Tensor> tensors, String source) {
        VisionTransformer network =
                vit(imageSize, patchSize, dim, depth, heads, mlpRatio).build(Use.PROBE);
        Map<String, Tensor> own = JoinedQkv.of(Names.renamed(tensors, DinoNames::ours));
        own.computeIfPresent("pos_embed", (name, table) -> PositionTable.forGrid(table, grid()));
        StateLoader.strict().allowingLeft("(head|pooler)\\..*").load(own, network.state(), source);
        return network;
    }

    private static VitSpec vit(Size imageSize, int patchSize, int dim, int depth, int heads, double mlpRatio) {
        return new VitSpec(imageSize, patchSize, dim, depth, heads, mlpRatio, 0, true, PosEmbed.LEARNED, List.of());
    }
}
