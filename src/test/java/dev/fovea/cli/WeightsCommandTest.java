package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Dtype;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsCommandTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeAFile() {
        Natives.start();
        file = folder.resolve("a.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("module.head.weight", Tensors.ones(2, 3));
        tensors.put("module.blocks.0.norm.bias", Tensors.zeros(4));
        Safetensors.write(file, tensors, Map.of("fovea.kind", "test"));
    }

    @Test
    void convertKeepsRenamesAndCasts() {
        Path to = folder.resolve("b.safetensors");
        int code = Fovea.run(
                "weights",
                "convert",
                file.toString(),
                to.toString(),
                "--strip=module.",
                "--keep=.*head.*",
                "--dtype=F16");
        assertThat(code).isZero();
        Map<String, Tensor> read = Safetensors.read(to);
        assertThat(read).containsOnlyKeys("head.weight");
        assertThat(Dtype.of(read.get("head.weight"))).isEqualTo(Dtype.F16);
        assertThat(Safetensors.metadata(to)).containsEntry("fovea.kind", "test");
    }

    @Test
    void convertDoesNotOverwriteUnasked() {
        assertThat(Fovea.run("weights", "convert", file.toString(), file.toString()))
                .isEqualTo(1);
        assertThat(Fovea.run("weights", "convert", file.toString(), file.toString(), "--force"))
                .isZero();
    }

    @Test
    void inspectTellsTheTensorsToAScript() throws IOException {
        JsonNode told = new ObjectMapper().readTree(Outcome.printed("weights", "inspect", file, "--json"));
        assertThat(told.toString()).contains("module.head.weight", "2x3", "module.blocks.0.norm.bias", "fovea.kind");
    }

    @Test
    void convertWithoutAMatchFails() {
        assertThat(Fovea.run(
                        "weights",
                        "convert",
                        file.toString(),
                        folder.resolve("c.safetensors").toString(),
                        "--keep=x"))
                .isEqualTo(1);
    }
}
