package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class RecipeSmokeIT {
    private static final RecipeReader.Overrides SMOKE = new RecipeReader.Overrides(true, List.of());

    @TempDir
    Path temp;

    @TestFactory
    Stream<DynamicTest> everyRecipeRunsWithItsSmokeBlock() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("recipes"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                        RunResult result = Runs.start(RecipeReader.read(file, SMOKE), temp.resolve(file));
                        assertThat(result.finished()).isTrue();
                        assertThat(result.scores().values()).allMatch(Double::isFinite);
                    }));
        }
    }
}
