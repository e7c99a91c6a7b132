package dev.fovea.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.recipe.RecipeReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
    private static final int CELLS = 15;

    @TempDir
    private Path folder;

    private final List<String> ran = new ArrayList<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private String settings = "depth 2";

    /** Pre-training, fine-tuning of it, and a probe of each. */
    private static Study study(long seeds) {
        List<Study.Stage> stages = List.of(
                stage("pretrain", Study.Work.TRAIN, Optional.empty()),
                stage("knn", Study.Work.KNN, Optional.of("pretrain")),
                stage("finetune", Study.Work.TRAIN, Optional.of("pretrain")),
                stage("linear", Study.Work.LINEAR, Optional.of("finetune")));
        return new Study(
                "small",
                "A small study",
                LongStream.range(0, seeds).boxed().toList(),
                stages,
                List.of(row("MAE"), row("ConvMAE")),
                List.of(new Study.Column("kNN", "knn", List.of(), "acc1", 1, 1, true)),
                List.of());
    }

    private static Study.Stage stage(String name, Study.Work work, Optional<String> of) {
        return new Study.Stage(name, work, Optional.of("r.yaml"), of, List.of(), List.of(), false);
    }

    private static Study.Row row(String name) {
        return new Study.Row(name, List.of(), List.of(), Optional.empty());
    }

    private final class FakeWork implements CellWork {
        @Override
        public String settings(Cell cell) {
            return settings;
        }

        @Override
        public Optional<Map<String, Double>> run(Cell cell, Function<Cell, Path> folders) {
            ran.add(cell.toString());
            return Optional.of(Map.of("acc1", 1.0));
        }
    }

    private Path published() {
        return folder.resolve("published");
    }

    private void run(String out, List<String> rows, boolean keepStale) throws IOException {
        Studies.Wish wish = new Studies.Wish(
                RecipeReader.Overrides.NONE, rows, List.of(), Optional.empty(), Optional.of(published()), keepStale);
        PrintStream say = new PrintStream(said, true, StandardCharsets.UTF_8);
        new StudyRun(study(1), new FakeWork(), folder.resolve(out), "abc", say).run(wish);
    }

    /** Takes lines out of the published cells. */
    private void forget(String part) throws IOException {
        Path file = published().resolve("cells.jsonl");
        List<String> left = Files.readAllLines(file).stream()
                .filter(line -> !line.contains(part))
                .toList();
        Files.write(file, left);
    }

    @Test
    void whatIsPublishedIsNotComputedAgainInAnotherFolder() throws IOException {
        run("here", List.of(), false);
        assertThat(ran).hasSize(8);
        String cells = Files.readString(published().resolve("cells.jsonl"));
        ran.clear();
        run("there", List.of(), false);
        assertThat(ran).isEmpty();
        assertThat(published().resolve("cells.jsonl")).hasContent(cells);
        assertThat(folder.resolve("there/table.md")).content().doesNotContain("Unfinished");
    }

    @Test
    void aPublishedStageIsComputedAgainOnlyWhereALaterOneNeedsItsWeights() throws IOException {
        run("here", List.of(), false);
        forget("\"row\":\"MAE\",\"stage\":\"linear\"");
        ran.clear();
        run("there", List.of(), false);
        assertThat(ran).containsExactly("MAE / pretrain / seed 0", "MAE / finetune / seed 0", "MAE / linear / seed 0");
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("published already, but a later stage needs its weights: MAE / pretrain / seed 0")
                .contains("published already, but a later stage needs its weights: MAE / finetune / seed 0");
    }

    @Test
    void aPublishedCellOfOtherSettingsIsAnErrorUnlessItIsToBeKept() throws IOException {
        run("here", List.of("MAE"), false);
        settings = "depth 3";
        ran.clear();
        assertThatThrownBy(() -> run("there", List.of("ConvMAE"), false))
                .hasMessage(
                        "MAE / pretrain / seed 0 was published with other settings than the study has now; delete its"
                                + " line in " + published().resolve("cells.jsonl")
                                + " to compute it again, or count all such"
                                + " results (4) as done with --keep-stale");
        assertThat(ran).isEmpty();
        run("there", List.of(), true);
        assertThat(ran).hasSize(4).allMatch(cell -> cell.startsWith("ConvMAE"));
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("kept: MAE / pretrain / seed 0 was published with");
    }

    @Test
    void twoFoldersAddTheirRowsToTheSamePublication() throws IOException {
        run("here", List.of("MAE"), false);
        run("there", List.of("ConvMAE"), false);
        assertThat(Files.readAllLines(published().resolve("cells.jsonl"))).hasSize(8);
        assertThat(published().resolve("table.md")).content().doesNotContain("Unfinished");
    }

    @Test
    void cellsThatTheStudyDoesNotHaveAreLeftInTheFileAndOutOfTheTable() {
        Publication publication = new Publication(study(1), folder);
        CellResult other = result("iTPN", 0);
        publication.update(there -> Map.of(other.cell(), other));
        publication.update(there -> {
            CellResult own = result("MAE", 0);
            return Map.of(other.cell(), other, own.cell(), own);
        });
        assertThat(publication.read().values()).containsExactly(result("MAE", 0), other);
        assertThat(folder.resolve("table.md"))
                .content()
                .contains("| MAE | 1.0 |")
                .doesNotContain("iTPN");
    }

    @Test
    void processesThatPublishAtTheSameTimeLoseNothing() throws Exception {
        List<Process> processes = List.of(publisher("MAE"), publisher("ConvMAE"));
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }
        assertThat(Files.readAllLines(folder.resolve("cells.jsonl"))).hasSize(2 * CELLS);
    }

    private Process publisher(String row) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Publisher.class.getName(),
                        folder.toString(),
                        row)
                .inheritIO()
                .start();
    }

    /** Where the classes lie that a publication needs, whoever loaded them. */
    private static String classPath() {
        return Stream.of(Publisher.class, Publication.class, ObjectMapper.class, JsonFactory.class, JsonProperty.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static CellResult result(String row, long seed) {
        return new CellResult(new Cell(row, "knn", seed), Map.of("acc1", 1.0), "d", 1, 1, "abc");
    }

    /** Publishes cells one after the other, as a study does. */
    static final class Publisher {
        private Publisher() {}

        public static void main(String[] args) {
            Publication publication = new Publication(study(CELLS), Path.of(args[0]));
            for (long seed = 0; seed < CELLS; seed++) {
                CellResult result = result(args[1], seed);
                publication.update(there -> {
                    Map<Cell, CellResult> all = new LinkedHashMap<>(there);
                    all.put(result.cell(), result);
                    return all;
                });
            }
        }
    }
}
