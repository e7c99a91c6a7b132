package dev.fovea.parity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that the recorded cases do not have, on the first step of one of them. */
class LocaStepCaseTest {
    private static final Path RECORDED = Path.of("src/test/resources/parity/loca/train_step");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path root;

    /** Losses and gradients of a first step are those before clipping. */
    @Test
    void noLimitOfTheNormIsNoClipping() throws IOException {
        Case given = firstStep(config -> config.putNull("max_grad_norm"), true);
        assertThatCode(() -> run(given)).doesNotThrowAnyException();
    }

    /** The reference draws no permutation then, and keeps all tokens: the losses are others, but there are some. */
    @Test
    void aQueryMayKeepMoreTokensThanThereAre() throws IOException {
        Case given = firstStep(config -> config.put("query_max_seqlen", 99), false);
        assertThatThrownBy(() -> run(given)).hasMessageContaining("step1.position_loss: max |difference|");
    }

    private static void run(Case given) {
        new LocaStepCase(given).check();
        given.finish();
    }

    private Case firstStep(Consumer<ObjectNode> change, boolean permutation) throws IOException {
        Path folder = Files.createDirectories(root.resolve("loca/step"));
        ObjectNode json =
                (ObjectNode) JSON.readTree(RECORDED.resolve("case.json").toFile());
        change.accept((ObjectNode) json.get("config"));
        JSON.writeValue(folder.resolve("case.json").toFile(), json);
        Files.copy(RECORDED.resolve("weights.safetensors"), folder.resolve("weights.safetensors"));
        var inputs = Safetensors.read(RECORDED.resolve("inputs.safetensors"));
        inputs.keySet().removeIf(name -> !permutation && name.endsWith("query0_permutation"));
        Safetensors.write(folder.resolve("inputs.safetensors"), inputs);
        var outputs = Safetensors.read(RECORDED.resolve("outputs.safetensors"));
        outputs.keySet().removeIf(name -> !name.matches("(step1\\.|grad\\.).*"));
        Safetensors.write(folder.resolve("outputs.safetensors"), outputs);
        return new Case(root, "loca/step");
    }
}
