package dev.fovea.cli;

import dev.fovea.study.Studies;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea study}: a table of results, cell by cell. */
@Command(
        name = "study",
        header = "Run a table of results, cell by cell.",
        description = {
            "Run a table of results: rows are variants of recipes, columns are stages and evaluations, each for several"
                    + " seeds. Cells that are done are skipped, so the same command goes on after an interruption.",
            "A cell is done when its result is in the --out folder, or in cells.jsonl of the --publish folder; there it"
                    + " is computed again only where a later stage that is not done needs its weights. A result that"
                    + " was computed with other settings than the study has now is an error, except with --keep-stale.",
            "Several processes may run different rows or seeds of one study at once, with the same folders."
        })
final class StudyCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Parameters(paramLabel = "STUDY", description = "A study file (see studies/).")
    private Path file;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder of the study.")
    private Path out;

    @Option(names = "--only", paramLabel = "ROW", description = "Run only this row; repeatable.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "Run only this seed; repeatable.")
    private List<Long> seeds = new ArrayList<>();

    @Option(names = "--budget", paramLabel = "MINUTES", description = "Begin no cell after this time.")
    private Integer budget;

    @Option(
            names = "--publish",
            paramLabel = "DIR",
            description =
                    "Write table, plot and cells there as well (studies/results/NAME); cells that it has are done.")
    private Path publish;

    @Option(
            names = "--keep-stale",
            description = "Count results of other settings as done, for example after a new setting was added.")
    private boolean keepStale;

    @Mixin
    private OverrideOptions changes;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        Studies.Wish wish = new Studies.Wish(
                changes.overrides(),
                only,
                seeds,
                Optional.ofNullable(budget).map(Duration::ofMinutes),
                Optional.ofNullable(publish),
                keepStale);
        int failed = new Studies(RecipeShelf::find, System.err).run(file, out, wish);
        System.out.println(Files.readString(out.resolve("table.md")));
        return failed == 0 ? 0 : 1;
    }
}
