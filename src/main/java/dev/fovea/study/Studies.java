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
     * @param only rows to run; empty = all
     * @param budget no cell is begun after this time
     * @param publish where table, plot and cells are written besides the study's own folder
     */
    public record Wish(
            RecipeReader.Overrides overrides, List<String> only, Optional<Duration> budget, Optional<Path> publish) {}

    /**
     * Runs the cells that are not done yet and writes {@code table.md}, {@code plot.svg} and {@code cells.jsonl}.
     *
     * @return how many cells failed
     */
    public int run(Path file, Path folder, Wish wish) throws IOException {
        Study study = StrictYaml.read(file, Study.class, "study");
        for (String row : wish.only()) {
            if (study.rows().stream().noneMatch(each -> each.name().equals(row))) {
                throw new IllegalArgumentException("the study %s has no row '%s'; its rows are %s"
                        .formatted(
                                study.name(),
                                row,
                                study.rows().stream().map(Study.Row::name).toList()));
            }
        }
        Files.createDirectories(folder);
        RecipeWork work = new RecipeWork(study, recipes, wish.overrides());
        StudyRun run = new StudyRun(study, work, folder, Version.commit(), say);
        List<Cell> failed = run.run(new StudyRun.Limits(wish.only(), wish.budget()));
        wish.publish().ifPresent(run::publish);
        return failed.size();
    }
}
