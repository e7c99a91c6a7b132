package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    @TempDir
    Path folder;

    @Test
    void aModelComesBackWithItsCard() throws IOException {
        Path file = folder.resolve("model.safetensors");
        JsonNode configuration = new ObjectMapper().readTree("{\"dim\": 192, \"dropPath\": 0.1}");
        ModelCard card = new ModelCard("mae", "classify", configuration, List.of("Katze", "größer"), 40);

        new ModelFile(card, Map.of("head.bias", Tensors.ones(2))).write(file);

        ModelFile back = ModelFile.read(file);
        assertThat(back.card()).isEqualTo(card);
        assertThat(Tensors.toFloats(back.tensors().get("head.bias"))).containsExactly(1, 1);
        assertThat(Safetensors.metadata(file)).containsEntry("format", "pt").containsEntry("fovea.method", "mae");
    }

    @Test
    void filesOfOthersAndDamagedCardsAreRefused() {
        Path file = folder.resolve("model.safetensors");
        Safetensors.write(file, Map.of("x", Tensors.ones(2)));
        assertThatThrownBy(() -> ModelFile.read(file))
                .isInstanceOf(WeightFileException.class)
                .hasMessage(file + ": not written by fovea: its metadata has no fovea.version");
        Safetensors.write(file, Map.of("x", Tensors.ones(2)), Map.of("fovea.version", "99"));
        assertThatThrownBy(() -> ModelFile.read(file)).hasMessage(file + ": fovea.version is 99; this fovea reads 1");
        Safetensors.write(file, Map.of("x", Tensors.ones(2)), Map.of("fovea.version", "1"));
        assertThatThrownBy(() -> ModelFile.read(file)).hasMessage(file + ": its metadata has no fovea.method");
    }
}
