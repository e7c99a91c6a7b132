package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataRootTest {
    private static final String SET = "${FOVEA_DATA}/eurosat10k";

    @TempDir
    Path folder;

    @Test
    void theVariableWinsOverTheFallback() {
        assertThat(DataRoot.expand(SET, Map.of("FOVEA_DATA", "/sets"), folder)).isEqualTo(Path.of("/sets/eurosat10k"));
    }

    @Test
    void theFallbackServesWhereItExists() {
        assertThat(DataRoot.expand(SET, Map.of(), folder)).isEqualTo(folder.resolve("eurosat10k"));
        assertThat(DataRoot.expand(SET, Map.of("FOVEA_DATA", ""), folder)).isEqualTo(folder.resolve("eurosat10k"));
    }

    @Test
    void aPathWithoutTheVariableStaysAsItIs() {
        assertThat(DataRoot.expand("my/images", Map.of(), folder.resolve("no"))).isEqualTo(Path.of("my/images"));
    }

    @Test
    void withoutBothTheErrorSaysWhatToSet() {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> DataRoot.expand(SET, Map.of(), none))
                .hasMessage(
                        "path ${FOVEA_DATA}/eurosat10k: the environment variable FOVEA_DATA is not set and the folder "
                                + none + " does not exist: set it to the folder that holds the data sets");
    }

    @Test
    void anotherVariableIsRefused() {
        assertThatThrownBy(() -> DataRoot.expand("${HOME}/images", Map.of(), folder))
                .hasMessage("path ${HOME}/images: the only variable that is replaced is ${FOVEA_DATA}");
    }
}
