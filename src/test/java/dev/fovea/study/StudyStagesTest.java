package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.StrictYaml;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that build on several earlier ones, and stages that rows share. */
class StudyStagesTest {
    private static final String STUDY =
            """
            name: codes
            title: Codes of teachers
            seeds: [0, 1]
            stages:
              - {name: teacher, recipe: mae.yaml, once: true}
              - {name: tokenizer, recipe: vqkd.yaml, once: true, inputs: [{stage: teacher, set: "objective.teacher={type: run, from: ${run}}"}]}
              - {name: pretrain, recipe: beit2.yaml, inputs: [{stage: tokenizer, set: "objective.tokenizer={type: run, from: ${run}}"}]}
              - {name: knn, work: knn, of: pretrain}
            rows:
              - name: with
              - {name: without, set: [objective.classBranch=null]}
              - name: of pixels
                seeds: [0]
                changes: [{stage: teacher, skip: true}, {stage: tokenizer, set: ["objective.teacher={type: pixels}"]}]
            columns:
              - {title: kNN, stage: knn, metric: acc1}
              - {title: used, stage: tokenizer, metric: usage}
            """;

    @TempDir
    private Path folder;

    private final List<String> ran = new ArrayList<>();

    private Study study(String text) throws IOException {
        return StrictYaml.read(Files.writeString(folder.resolve("study.yaml"), text), Study.class, "study");
    }

    private final class FakeWork implements CellWork {
        @Override
        public String settings(Cell cell) {
            return cell.stage();
        }

        @Override
        public Optional<Map<String, Double>> run(Cell cell, Function<Cell, Path> folders) {
            ran.add(cell.toString());
            return Optional.of(cell.stage().equals("knn") ? Map.of("acc1", 0.5) : Map.of("usage", 0.9));
        }
    }

    private void run(Study study, String... rows) throws IOException {
        run(study, folder, Optional.empty(), rows);
    }

    private void run(Study study, Path out, Optional<Path> publish, String... rows) throws IOException {
        run(study, out, publish, List.of(0L), rows);
    }

    private void run(Study study, Path out, Optional<Path> publish, List<Long> seeds, String... rows)
            throws IOException {
        Studies.Wish wish =
                new Studies.Wish(RecipeReader.Overrides.NONE, List.of(rows), seeds, Optional.empty(), publish, false);
        new StudyRun(study, new FakeWork(), out, "abc", new PrintStream(OutputStream.nullOutputStream())).run(wish);
    }

    @Test
    void aStageThatRowsShareIsComputedOnce() throws IOException {
        run(study(STUDY));
        assertThat(ran)
                .containsExactly(
                        "with / teacher / seed 0",
                        "with / tokenizer / seed 0",
                        "with / pretrain / seed 0",
                        "with / knn / seed 0",
                        "without / pretrain / seed 0",
                        "without / knn / seed 0",
                        "of pixels / tokenizer / seed 0",
                        "of pixels / pretrain / seed 0",
                        "of pixels / knn / seed 0");
    }

    @Test
    void aRowAloneBringsWhatItShares() throws IOException {
        run(study(STUDY), "without");
        assertThat(ran)
                .containsExactly(
                        "with / teacher / seed 0",
                        "with / tokenizer / seed 0",
                        "without / pretrain / seed 0",
                        "without / knn / seed 0");
    }

    @Test
    void aRowAloneBringsWhatItSharesForItsOwnSeedsOnly() throws IOException {
        Study study = study(STUDY.replace("{name: without, ", "{name: without, seeds: [1], "));
        run(study, folder, Optional.empty(), List.of(), "without");
        assertThat(ran)
                .containsExactly(
                        "with / teacher / seed 1",
                        "with / tokenizer / seed 1",
                        "without / pretrain / seed 1",
                        "without / knn / seed 1");
    }

    @Test
    void aSharedStageThatIsPublishedIsNotComputedAgainForRowsThatNobodyAskedFor() throws IOException {
        Path published = folder.resolve("published");
        run(study(STUDY), folder.resolve("here"), Optional.of(published));
        Path cells = published.resolve("cells.jsonl");
        Files.write(
                cells,
                Files.readAllLines(cells).stream()
                        .filter(line -> !line.contains("without"))
                        .toList());
        ran.clear();
        run(study(STUDY), folder.resolve("there"), Optional.of(published), "with");
        assertThat(ran).isEmpty();
        run(study(STUDY), folder.resolve("there"), Optional.of(published), "without");
        assertThat(ran).contains("with / tokenizer / seed 0", "without / knn / seed 0");
    }

    @Test
    void theTableShowsSharedScoresInEveryRow() throws IOException {
        run(study(STUDY));
        assertThat(folder.resolve("table.md"))
                .content()
                .contains("| with | 0.5 | 0.9 |")
                .contains("| without | 0.5 | 0.9 |")
                .contains("| of pixels | 0.5 | 0.9 |");
    }

    @Test
    void inputsNameTheRunsOfTheStagesThatTheRowHas() throws IOException {
        Study study = study(STUDY);
        assertThat(study.inputs(new Cell("without", "pretrain", 1)).values())
                .containsExactly(new Cell("with", "tokenizer", 1));
        assertThat(study.inputs(new Cell("of pixels", "tokenizer", 0))).isEmpty();
        assertThat(study.inputs(new Cell("of pixels", "pretrain", 0)).values())
                .containsExactly(new Cell("of pixels", "tokenizer", 0));
        assertThat(study.stage("pretrain").inputs().get(0).of(Path.of("a", "run")))
                .isEqualTo("objective.tokenizer={type: run, from: \"a/run\"}");
    }

    @Test
    void anInputThatNamesNoRunIsRefused() {
        assertThatThrownBy(() -> study(STUDY.replace("from: ${run}}\"}]}", "from: x}\"}]}")))
                .hasMessageContaining(
                        "inputs[0].set: 'objective.teacher={type: run, from: x}' has no ${run}, which stands for the run of the stage"
                                + " teacher");
    }

    @Test
    void anInputOfALaterStageIsRefused() {
        assertThatThrownBy(() -> study(STUDY.replace("[{stage: teacher, set", "[{stage: pretrain, set")))
                .hasMessageContaining("stages, tokenizer: inputs: stage 'pretrain' is none of [teacher]");
    }

    @Test
    void aSharedStageThatTheFirstRowSkipsIsRefused() {
        assertThatThrownBy(() -> study(
                        STUDY.replace("- name: with\n", "- {name: with, changes: [{stage: teacher, skip: true}]}\n")))
                .hasMessageContaining("stages: teacher is computed once, in the first row 'with', which skips it");
    }
}
