package dev.fovea.teacher;

import dev.fovea.backbone.Check;
import dev.fovea.backbone.Size;
import dev.fovea.data.DataRoot;
import dev.fovea.weights.ClipNames;
import dev.fovea.weights.JoinedQkv;
import dev.fovea.weights.Names;
import dev.fovea.weights.StateLoader;
import dev.fovea.weights.WeightFile;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The image tower of a CLIP with a vision transformer (Radford et al. 2021), from OpenAI's archives or from files of
 * Hugging Face or open_clip. For an image size other than the file's, positions are interpolated.
 *
 * @param from the weights file
 * @param width of the transformer
 * @param dim of the space that images and texts share: the width of the features
 * @param quickGelu the activation {@code x sigmoid(1.702 x)}, as OpenAI trained; open_clip's own models have the exact GELU
 */
public record ClipSpec(
        String from, Size imageSize, int patchSize, int width, int depth, int heads, int dim, boolean quickGelu)
        implements TeacherSpec {
    public ClipSpec {
        Check.patches(imageSize, patchSize);
        Check.heads("width", width, heads);
        Check.that(depth >= 1, "depth %d is below 1", depth);
    }

    @Override
    public Clip build() {
        Path file = DataRoot.expand(from);
        return new Clip(this, tower(WeightFile.read(file).tensors(), file.toString()));
    }

    /** The network with the weights of a file, whose kind is told by its names. */
    public ClipTower tower(Map<String, Tensor> tensors, String source) {
        Map<String, Tensor> own = JoinedQkv.of(Names.renamed(tensors, ClipNames.of(tensors.keySet(), source)));
        Tensor turned = own.remove(ClipNames.TRANSPOSED_PROJECTION);
        if (turned != null) {
            own.put("proj.weight", turned.t());
        }
        own.computeIfPresent(
                "pos_embed",
                (name, table) -> PositionTable.forCount(table.dim() == 2 ? table.unsqueeze(0) : table, grid()));
        ClipTower tower = new ClipTower(this);
        StateLoader.strict().reshaping().load(own, tower.state(), source);
        return tower;
    }
}
