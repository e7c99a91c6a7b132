package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoveaTest {
    private Outcome last;

    private int run(String... arguments) {
        last = Outcome.of((Object[]) arguments);
        return last.code();
    }

    private String printed() {
        return last.out();
    }

    private String complained() {
        return last.err();
    }

    @Test
    void helpNamesEveryCommandWithOneLine() {
        assertThat(run("help")).isZero();
        assertThat(printed()).contains("info", "weights", "Exit codes: 0 done, 1 failed, 2 wrong");
    }

    @Test
    void anUnknownOptionIsWrongUsage() {
        assertThat(run("info", "--nosuch")).isEqualTo(2);
        assertThat(complained()).contains("Unknown option: '--nosuch'");
    }

    @Test
    void aMissingFileIsNamedInOneLineWithoutAStackTrace(@TempDir Path folder) {
        Path missing = folder.resolve("none.safetensors");
        assertThat(run("weights", "inspect", missing.toString())).isEqualTo(1);
        assertThat(complained())
                .isEqualToIgnoringNewLines("fovea: cannot read " + missing + ": no such file or folder: " + missing);
    }

    @Test
    void debugAddsTheStackTrace(@TempDir Path folder) {
        assertThat(run("weights", "inspect", "--debug", folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(complained()).contains("at dev.fovea.weights");
    }

    @Test
    void aFileOfAnotherKindIsRefusedByItsRule(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("notes.safetensors"), "not a parameter file at all");
        assertThat(run("weights", "inspect", file.toString())).isEqualTo(1);
        assertThat(complained()).startsWith("fovea: " + file + ": ");
    }

    @Test
    void infoAsJsonIsOneObject() throws Exception {
        assertThat(run("info", "--json")).isZero();
        assertThat(new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(printed())
                        .get("threads")
                        .asInt())
                .isPositive();
    }

    @Test
    void theFirstLineOfALibtorchErrorIsKeptAndItsNativeStackIsNot() {
        RuntimeException raised = new RuntimeException(
                "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)\nException raised from meta at x.cpp:189 (most"
                        + " recent call first):\nframe #0: c10::Error::Error");
        assertThat(Failure.text(new IllegalStateException("step 12, layer blocks.0", raised)))
                .isEqualTo("step 12, layer blocks.0\n"
                        + "  because: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)");
    }

    @Test
    void aSubsetOfClassesNeedsTheFolderOfItsImages() {
        assertThat(run("eval", "runs/x", "--subset", "imagenet-a")).isEqualTo(2);
        assertThat(complained()).contains("--subset needs the folder of its images: --data DIR");
    }
}
