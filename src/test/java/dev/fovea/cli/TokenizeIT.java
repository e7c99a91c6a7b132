package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.data.scenes.SceneFolder;
import dev.fovea.data.scenes.SceneGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeIT {
    @TempDir
    Path temp;

    @Test
    void aTokenizerIsTrainedDrawsWhatItLearnedAndGivesCodes() throws IOException {
        Path run = temp.resolve("run");
        assertThat(Fovea.run(
                        "pretrain",
                        "beit2-tokenizer",
                        "recipes/beit2/beit-t8_eurosat10k_tokenizer.yaml",
                        "--smoke",
                        "--set",
                        "run.picturesEvery=2 steps",
                        "--out",
                        run.toString()))
                .isZero();
        for (String picture : new String[] {"codes", "code-usage", "similarity"}) {
            assertThat(run.resolve("pictures/" + picture + "_00000004.png")).exists();
        }
        new SceneFolder(new SceneGenerator(40), 1).write(temp.resolve("data"), 3, 1);
        Path out = temp.resolve("codes.npy");
        assertThat(Fovea.run(
                        "tokenize",
                        run.toString(),
                        temp.resolve("data/images/train").toString(),
                        "--out",
                        out.toString(),
                        "--sheets",
                        temp.resolve("sheets").toString()))
                .isZero();

        JsonNode facts = new ObjectMapper().readTree(temp.resolve("codes.json").toFile());
        assertThat(facts.path("codes").asInt()).isEqualTo(16);
        assertThat(facts.path("grid").toString()).isEqualTo("[4,4]");
        assertThat(facts.path("images")).hasSize(3);
        assertThat(new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1))
                .contains("'<i4'", "'shape': (3, 4, 4)");
        try (Stream<Path> sheets = Files.list(temp.resolve("sheets"))) {
            assertThat(sheets.map(file -> file.getFileName().toString())
                            .sorted()
                            .findFirst())
                    .hasValueSatisfying(first -> assertThat(first).matches("00001_code-\\d+\\.png"));
        }
    }

    @Test
    void aRunThatIsNoTokenizerIsRefused() throws IOException {
        new SceneFolder(new SceneGenerator(48), 7).write(temp.resolve("scenes"), 1, 1);
        Path run = temp.resolve("mae");
        Outcome.printed("pretrain", "mae", "vit-t8_eurosat10k_pretrain", "--smoke", "--out", run);
        assertThat(Outcome.refused("tokenize", run, temp.resolve("scenes"), "--out", temp.resolve("x.npy")))
                .contains("is a run of objective mae; a tokenizer is a run of objective beit2-tokenizer");
    }
}
