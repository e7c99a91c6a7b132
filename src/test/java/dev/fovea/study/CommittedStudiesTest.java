package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.StrictYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every study under {@code studies/} loads, and every training cell's recipe takes its settings. */
class CommittedStudiesTest {
    @TestFactory
    List<DynamicTest> studyLoads() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("studies"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)))
                    .toList();
        }
    }

    private static void check(Path file) {
        Study study = StrictYaml.read(file, Study.class, "study");
        assertThat(file).hasFileName(study.name() + ".yaml");
        for (Cell cell : study.cells()) {
            Study.Stage stage = study.stage(cell.stage());
            if (stage.work() == Study.Work.TRAIN) {
                Study.Row row = study.row(cell.row());
                List<String> sets = new ArrayList<>(stage.set());
                sets.addAll(row.set());
                sets.addAll(row.change(stage.name()).set());
                String recipe =
                        row.change(stage.name()).recipe().or(stage::recipe).orElseThrow();
                RecipeReader.read(Path.of(recipe), new RecipeReader.Overrides(false, sets));
            }
        }
    }
}
