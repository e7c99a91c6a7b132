package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.recipe.RecipeReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyRunTest {
    private static final Studies.Wish NONE = wish(List.of(), List.of(), Optional.empty());

    @TempDir
    private Path folder;

    private final List<String> ran = new ArrayList<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /** Scores by a formula; one cell can be made to fail or to stop. */
    private final class FakeWork implements CellWork {
        private String settings = "depth 2";
        private String failing = "";
        private String stopping = "";
        private boolean untidy;

        @Override
        public void tidy(Path folder) throws IOException {
            if (untidy) {
                throw new IOException("read-only");
            }
        }

        @Override
        public String settings(Cell cell) {
            return settings;
        }

        @Override
        public Optional<Map<String, Double>> run(Cell cell, Function<Cell, Path> folders) throws IOException {
            ran.add(cell.toString());
            if (cell.toString().equals(failing)) {
                throw new IOException("disk is full");
            }
            if (cell.toString().equals(stopping)) {
                return Optional.empty();
            }
            double base = study().before(cell).isPresent() ? 0.7 : 0.5;
            return Optional.of(Map.of("acc1", base + cell.seed() / 100.0));
        }
    }

    private final FakeWork work = new FakeWork();

    private static Study.Stage stage(String name, Study.Work work, Optional<String> recipe, Optional<String> of) {
        return new Study.Stage(name, work, recipe, of, List.of(), List.of(), false);
    }

    private static Study study() {
        Study.Stage pretrain = stage("pretrain", Study.Work.TRAIN, Optional.of("mae.yaml"), Optional.empty());
        Study.Stage knn = stage("knn", Study.Work.KNN, Optional.empty(), Optional.of("pretrain"));
        Study.Change skipped = new Study.Change("pretrain", Optional.empty(), List.of(), true);
        return new Study(
                "small",
                "A small study",
                List.of(0L, 1L, 2L),
                List.of(pretrain, knn),
                List.of(
                        new Study.Row("untrained", List.of(), List.of(skipped), Optional.empty()),
                        new Study.Row("MAE", List.of(), List.of(), Optional.empty())),
                List.of(new Study.Column("kNN top-1", "knn", List.of(), "acc1", 100, 1, true)),
                List.of(new Study.Comparison("kNN top-1", List.of("MAE"), List.of("untrained"))));
    }

    private static Studies.Wish wish(List<String> rows, List<Long> seeds, Optional<Duration> budget) {
        return new Studies.Wish(RecipeReader.Overrides.NONE, rows, seeds, budget, Optional.empty(), false);
    }

    private StudyRun run() {
        return new StudyRun(study(), work, folder, "abc123", new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @Test
    void everyCellRunsOnceAndTheSecondCallRunsNone() throws IOException {
        assertThat(run().run(NONE)).isEmpty();
        assertThat(ran)
                .hasSize(9)
                .startsWith("untrained / knn / seed 0", "MAE / pretrain / seed 0", "MAE / knn / seed 0");
        ran.clear();
        run().run(NONE);
        assertThat(ran).isEmpty();
    }

    @Test
    void theTableShowsMeanAndDeviationAndTheGapInDeviations() throws IOException {
        run().run(NONE);
        assertThat(Files.readString(folder.resolve("table.md")))
                .contains("| | kNN top-1 | CPU minutes |")
                .contains("| untrained | 51.0 ± 1.0 |")
                .contains("| MAE | 71.0 ± 1.0 |")
                .contains("- kNN top-1: MAE against untrained +20.0, 20.0 standard deviations of one run.")
                .doesNotContain("Unfinished");
        assertThat(Files.readAllLines(folder.resolve("cells.jsonl"))).hasSize(9);
        assertThat(Files.readString(folder.resolve("plot.svg"))).contains("71.0 ± 1.0");
    }

    @Test
    void aFailedCellLeavesOutWhatBuildsOnItAndTheNextCallTriesAgain() throws IOException {
        work.failing = "MAE / pretrain / seed 1";
        assertThat(run().run(NONE)).containsExactly(new Cell("MAE", "pretrain", 1));
        assertThat(ran).doesNotContain("MAE / knn / seed 1").contains("MAE / knn / seed 2");
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("disk is full");
        assertThat(Files.readString(folder.resolve("table.md"))).contains("**Unfinished: 7 of 9 cells are done.**");
        ran.clear();
        work.failing = "";
        assertThat(run().run(NONE)).isEmpty();
        assertThat(ran).containsExactly("MAE / pretrain / seed 1", "MAE / knn / seed 1");
    }

    @Test
    void aCellWhoseLeftoversStayIsDone() throws IOException {
        work.untidy = true;
        assertThat(run().run(NONE)).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("not tidied").contains("read-only");
        assertThat(Files.readString(folder.resolve("table.md"))).doesNotContain("Unfinished");
    }

    @Test
    void aCellThatWasStoppedEndsTheCallAndIsTakenUpByTheNext() throws IOException {
        work.stopping = "MAE / pretrain / seed 0";
        run().run(NONE);
        assertThat(ran).containsExactly("untrained / knn / seed 0", "MAE / pretrain / seed 0");
        ran.clear();
        work.stopping = "";
        run().run(NONE);
        assertThat(ran).hasSize(8).first().isEqualTo("MAE / pretrain / seed 0");
    }

    @Test
    void aDoneCellOfOtherSettingsIsNotTakenForThisOne() throws IOException {
        run().run(NONE);
        work.settings = "depth 3";
        assertThatThrownBy(() -> run().run(NONE))
                .hasMessage("untrained / knn / seed 0 was computed with other settings than the study has now; delete "
                        + new Cell("untrained", "knn", 0).folder(folder)
                        + " to compute it again, or count all such results (9) as done with --keep-stale");
    }

    @Test
    void aBudgetThatIsUsedStopsBeforeTheNextCell() throws IOException {
        run().run(wish(List.of(), List.of(), Optional.of(Duration.ZERO)));
        assertThat(ran).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("the next cell is untrained / knn / seed 0");
    }

    @Test
    void onlyTheRowsAskedForAreRun() throws IOException {
        run().run(wish(List.of("untrained"), List.of(), Optional.empty()));
        assertThat(ran).allMatch(cell -> cell.startsWith("untrained")).hasSize(3);
    }

    @Test
    void onlyTheSeedsAskedForAreRun() throws IOException {
        run().run(wish(List.of("MAE"), List.of(2L), Optional.empty()));
        assertThat(ran).containsExactly("MAE / pretrain / seed 2", "MAE / knn / seed 2");
    }

    @Test
    void aResultSurvivesBeingWrittenAndRead() {
        CellResult result = new CellResult(
                new Cell("MAE, long", "knn", 7), Map.of("acc1", 0.5, "loss", Double.NaN), "d1", 12.5, 20, "abc");
        result.write(folder);
        assertThat(CellResult.read(folder)).contains(result);
    }

    @Test
    void aStageThatBuildsOnALaterOneIsRefused() {
        Study.Stage knn = stage("knn", Study.Work.KNN, Optional.empty(), Optional.of("later"));
        assertThatThrownBy(() -> new Study(
                        "n",
                        "t",
                        List.of(0L),
                        List.of(knn),
                        List.of(new Study.Row("r", List.of(), List.of(), Optional.empty())),
                        List.of(),
                        List.of()))
                .hasMessage("stages, knn: of 'later' is none of []");
    }
}
