package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Position;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import dev.fovea.weights.WeightFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path temp;

    private final RunState state = new RunState(7, new Position(2, 1), 0.5, 4, true);
    private final Map<String, Tensor> model = Map.of("a.weight", Tensors.of(new float[] {1, 2}, 2));
    private final Map<String, Tensor> optimizer = Map.of("exp_avg.a.weight", Tensors.of(new float[] {3, 4}, 2));
    private final Map<String, Tensor> average = Map.of("a.weight", Tensors.of(new float[] {5, 6}, 2));
    private final Provenance provenance = new Provenance("stage: segment\n", List.of("sky", "über"));

    @Test
    void whatIsWrittenIsReadBack() {
        Path file = temp.resolve("last.safetensors");
        new Checkpoint(state, model, optimizer, average, provenance).write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.state()).isEqualTo(state);
        assertThat(Checkpoint.stateOf(file)).isEqualTo(state);
        assertThat(read.provenance()).isEqualTo(provenance);
        assertSameBits(read.model(), model);
        assertSameBits(read.optimizer(), optimizer);
        assertSameBits(read.average(), average);
    }

    @Test
    void itsWeightsAreTheAveragedOnes() {
        Path file = temp.resolve("last.safetensors");
        new Checkpoint(state, model, optimizer, average, provenance).write(file);
        assertSameBits(Checkpoint.weightsOf(file), average);
        new Checkpoint(state, model, optimizer, Map.of(), provenance).write(file);
        assertSameBits(Checkpoint.weightsOf(file), model);
    }

    @Test
    void otherFilesAreRefused() {
        Path file = temp.resolve("other.safetensors");
        Safetensors.write(file, model);
        assertThat(Checkpoint.isCheckpoint(file)).isFalse();
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessage(file + ": this is no checkpoint of a fovea run (no 'fovea.checkpoint' in its metadata)");
        Safetensors.write(file, model, Map.of("fovea.checkpoint", "9"));
        assertThatThrownBy(() -> Checkpoint.read(file))
                .hasMessage(file + ": checkpoint format 9 is not known; this version reads 1");
        Safetensors.write(file, model, Map.of("fovea.checkpoint", "1", "step", "3"));
        assertThatThrownBy(() -> Checkpoint.stateOf(file))
                .hasMessage(file + ": the checkpoint's metadata has no 'position.epoch'");
    }
}
