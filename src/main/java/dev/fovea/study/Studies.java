package dev.fovea.study;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.StrictYaml;
import dev.fovea.train.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Runs study files. */
public final class Studies {
    private final Function<String, Path> recipes;
    private final PrintStream say;

    /**
     * @param recipes finds the file of a recipe that a study names
     * @param say receives a line for each cell
     */
    public Studies(Function<String, Path> recipes, PrintStream say) {
        this.recipes = recipes;
        this.say = say;
    }

    /**
     * What is asked for.
     *
     * @param rows to run; empty = all
     * @param seeds to run; empty = all
     * @param budget no cell is begun after this time
     * @param publish where table, plot and cells are written besides the study's own folder; cells that are there
     *     already are not run
     * @param keepStale whether results of other settings than the study's count as done
     */
    public record Wish(
            RecipeReader.Overrides overrides,
            List<String> rows,
            List<Long> seeds,
            Optional<Duration> budget,
            Optional<Path> publish,
            boolean keepStale) {
        boolean wants(Study study, Cell cell) {
            boolean serves = rows.stream()
                    .map(study::row)
                    .filter(row -> study.seeds(row).contains(cell.seed()))
                    .anyMatch(row -> study.cells(row, cell.seed()).contains(cell));
            return (rows.isEmpty() || serves) && (seeds.isEmpty() || seeds.contains(cell.seed()));
        }

        private void check(Study study) {
            List<String> names = study.rows().stream().map(Study.Row::name).toList();
            for (String row : rows) {
                require(names.contains(row), "the study %s has no row '%s'; its rows are %s", study.name(), row, names);
            }
            List<Long> all =
                    study.cells().stream().map(Cell::seed).distinct().sorted().toList();
            for (Long seed : seeds) {
                require(all.contains(seed), "the study %s has no seed %d; its seeds are %s", study.name(), seed, all);
            }
        }

        private static void require(boolean holds, String rule, Object... values) {
            if (!holds) {
                throw new IllegalArgumentException(rule.formatted(values));
            }
        }
    }

    /**
     * Runs the cells that are not done yet and writes {@code table.md}, {@code plot.svg} and {@code cells.jsonl}.
     *
     * @return how many cells failed
     */
    public int run(Path file, Path folder, Wish wish) throws IOException {
        Study study = StrictYaml.read(file, Study.class, "study");
        wish.check(study);
        Files.createDirectories(folder);
        RecipeWork work = new RecipeWork(study, recipes, wish.overrides());
        StudyRun run = new StudyRun(study, work, folder, Version.commit(), say);
        return run.run(wish).size();
    }
}
