package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.LocaCheckpoint.Network;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LocaCheckpointTest {
    private static final Path FILE = Path.of("src/test/resources/parity/loca/checkpoint/train_state.msgpack");

    private final Map<String, Tensor> file = FlaxFile.read(FILE).tensors();
    private final Map<String, Tensor> teacher = LocaCheckpoint.network(file, Network.TEACHER, Map.of());

    private Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        teacher.forEach((name, x) -> shapes.put(name, Shapes.of(x)));
        return shapes;
    }

    /** The recorded file with other names below another root. */
    private Map<String, Tensor> renamed(String root, UnaryOperator<String> rule) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        teacher.forEach((name, x) -> renamed.put(root + "/" + rule.apply(name), x));
        return renamed;
    }

    private static UnaryOperator<String> olderGroups() {
        return Names.inOrder(
                Names.replaced("^encoder_norm/", "final_encoder_norm/"),
                Names.replaced("^cross_attention_block/", "localizer_block_0/"),
                Names.replaced("^position_predictor/", "pos_predictor/"),
                Names.replaced("^projection_head_for_clustering_prediction/", "output_projection/"));
    }

    @Test
    void bothWaysOfNamingGiveTheSameTensor() {
        Map<String, Tensor> ours = LocaNames.ours(teacher);
        assertThat(ours)
                .containsKeys(
                        "backbone.pos_embed",
                        "backbone.blocks.1.attn.qkv.bias",
                        "location.block.attn.kv.weight",
                        "projection.layers.2.weight",
                        "projection.prototypes.weight");
        Map<String, Tensor> back = LocaNames.theirs(ours, 2, LocaNames.grid(teacher)[0]);
        assertThat(back.keySet()).isEqualTo(teacher.keySet());
        back.forEach((name, x) -> {
            assertThat(Shapes.of(x)).as(name).isEqualTo(Shapes.of(teacher.get(name)));
            assertThat(Tensors.toFloats(x)).as(name).isEqualTo(Tensors.toFloats(teacher.get(name)));
        });
    }

    @Test
    void olderGroupNamesAreKnown() {
        Map<String, Tensor> found =
                LocaCheckpoint.network(renamed("teacher_weights", olderGroups()), Network.TEACHER, shapes());
        assertThat(found.keySet()).isEqualTo(teacher.keySet());
    }

    @Test
    void insideAnOlderGroupTheShapeDecidesWhereNoNameFits() {
        UnaryOperator<String> older = Names.inOrder(
                olderGroups(),
                Names.replaced("output_projection/Dense_2/", "output_projection/bottleneck/"),
                Names.replaced("output_projection/prototypes/kernel", "output_projection/codes/weight"));
        Map<String, Tensor> found =
                LocaCheckpoint.network(renamed("student_weights", older), Network.STUDENT, shapes());
        assertThat(found.keySet()).isEqualTo(teacher.keySet());
        String codes = "projection_head_for_clustering_prediction/prototypes/kernel";
        assertThat(Tensors.toFloats(found.get(codes))).isEqualTo(Tensors.toFloats(teacher.get(codes)));
    }

    @Test
    void aChoiceBetweenShapesIsAnErrorThatListsTheCandidates() {
        UnaryOperator<String> older =
                Names.inOrder(olderGroups(), Names.replaced("localizer_block_0/LayerNorm_", "localizer_block_0/norm"));
        assertThatThrownBy(() -> LocaCheckpoint.network(renamed("student_weights", older), Network.STUDENT, shapes()))
                .hasMessage("older LOCA names: localizer_block_0/norm0/bias of shape 12 could be any of"
                        + " [LayerNorm_0/bias, LayerNorm_0/scale, LayerNorm_1/bias, LayerNorm_1/scale,"
                        + " LayerNorm_2/bias, LayerNorm_2/scale] in cross_attention_block; of that shape are"
                        + " [norm0/bias, norm0/scale, norm1/bias, norm1/scale, norm2/bias, norm2/scale]");
    }

    @Test
    void aModelWithoutTheGroupDoesNotCareForItsInnerNames() {
        UnaryOperator<String> older =
                Names.inOrder(olderGroups(), Names.replaced("localizer_block_0/LayerNorm_", "localizer_block_0/norm"));
        Map<String, long[]> wanted = shapes();
        wanted.keySet().removeIf(name -> name.startsWith("cross_attention_block"));
        assertThat(LocaCheckpoint.network(renamed("student_weights", older), Network.STUDENT, wanted))
                .containsKey("cross_attention_block/norm0/bias");
    }

    @Test
    void aFileWithoutTheNetworkIsToldOf() {
        assertThatThrownBy(() -> LocaCheckpoint.network(renamed("params", name -> name), Network.TEACHER, Map.of()))
                .hasMessage("the checkpoint holds no teacher network: nothing lies below any of"
                        + " [ema_params, teacher_weights]");
    }
}
