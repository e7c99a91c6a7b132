package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.tensor.Threads;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFactsTest {
    @TempDir
    private Path temp;

    @Test
    void aResumeWithAnotherNumberOfThreadsIsToldOf() throws IOException {
        Path file = temp.resolve("run.json");
        Plan plan = TinyPretraining.plan(4, 8, 1);
        Task<?> task = new TinyPretraining(26, 8);
        try (Threads two = Threads.of(2)) {
            assertThat(RunFacts.record(file, task, plan, 0)).isEmpty();
            assertThat(RunFacts.record(file, task, plan, 1)).isEmpty();
        }
        try (Threads three = Threads.of(3)) {
            assertThat(RunFacts.record(file, task, plan, 2))
                    .containsExactly("threads: 2 at the start, 3 now (run.threads fixes their number)");
        }
    }

    @Test
    void aResumeWithOtherImagesIsToldOf() throws IOException {
        Path file = temp.resolve("run.json");
        Plan plan = TinyPretraining.plan(4, 8, 1);
        RunFacts.record(file, new TinyPretraining(26, 8), plan, 0);
        assertThat(RunFacts.record(file, new TinyPretraining(27, 8), plan, 2))
                .containsExactly("samples: 26 at the start, 27 now (images were added or taken away)");
    }

    @Test
    void theRecipesNumberOfThreadsHoldsForTheRunOnly() throws IOException {
        String yaml = Recipes.mae(Recipes.VIT).replace("length: 6 steps", "length: 1 steps");
        int before = Threads.now();
        Runs.start(Recipes.of(yaml, "run.threads=3"), temp.resolve("run"));
        assertThat(Threads.now()).isEqualTo(before);
        JsonNode facts =
                new ObjectMapper().readTree(temp.resolve("run/run.json").toFile());
        assertThat(facts.at("/starts/0/threads").asInt()).isEqualTo(3);
        assertThatThrownBy(() -> Recipes.of(yaml, "run.threads=0"))
                .hasMessageContaining("run.threads: 0 is not above 0");
    }
}
