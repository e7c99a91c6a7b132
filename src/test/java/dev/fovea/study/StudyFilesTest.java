package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.StrictYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The studies that are shipped: each cell of each table is a recipe that can be read. */
class StudyFilesTest {
    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("studies"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyCellOfAStudyHasSettings(Path file) throws IOException {
        Study study = StrictYaml.read(file, Study.class, "study");
        assertThat(file).hasFileName(study.name() + ".yaml");
        for (RecipeReader.Overrides overrides :
                List.of(RecipeReader.Overrides.NONE, new RecipeReader.Overrides(true, List.of()))) {
            RecipeWork work = new RecipeWork(study, Path::of, overrides);
            assertThat(study.cells()).isNotEmpty().allSatisfy(cell -> assertThat(work.settings(cell))
                    .isNotBlank());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theCommandOfAStudyIsInItsHead(Path file) throws IOException {
        assertThat(Files.readString(file))
                .contains("# Command:  ./fovea study studies/%s --out ".formatted(file.getFileName()));
    }
}
