package dev.fovea.cli;

import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which recipe is run, with which changes, and where. */
final class RecipeOptions {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RECIPE",
            description = "A recipe file, or a name that 'fovea recipes' lists.")
    private String given;

    @Option(names = "--recipe", paramLabel = "RECIPE", description = "The same as an option.")
    private String named;

    @Option(
            names = "--set",
            paramLabel = "A.B=VALUE",
            description = "Change one setting of the recipe; repeatable. 'null' takes an optional block away.")
    private List<String> sets = new ArrayList<>();

    @Option(names = "--data", paramLabel = "DIR", description = "Short for --set data.source.path=DIR.")
    private Path data;

    @Option(names = "--smoke", description = "Use the recipe's smoke settings: everything runs, within a minute.")
    private boolean smoke;

    @Option(names = "--out", paramLabel = "RUN", description = "The folder of the run (default: runs/NAME).")
    private Path out;

    @Option(
            names = "--resume",
            description = "Go on with the run in the folder RUN; without RECIPE the run's own recipe is used.")
    private boolean resume;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    boolean resumes() {
        return resume;
    }

    /** The recipe with all changes. */
    Recipe recipe() {
        RecipeReader.Overrides overrides = new RecipeReader.Overrides(smoke, settings());
        String name = named == null ? given : named;
        if (name != null) {
            return RecipeShelf.read(name, overrides);
        }
        if (resume && out != null) {
            Path own = out.resolve("recipe.yaml");
            if (!Files.exists(own)) {
                throw new IllegalArgumentException(out + " is no run folder: it has no recipe.yaml");
            }
            return RecipeReader.read(own, overrides);
        }
        throw new ParameterException(
                spec.commandLine(),
                "Which RECIPE? 'fovea recipes' lists those that come with fovea (with --resume, --out RUN is enough).");
    }

    Path out(Recipe recipe) {
        return out == null ? Path.of("runs", recipe.name()) : out;
    }

    private List<String> settings() {
        List<String> all = new ArrayList<>();
        if (data != null) {
            all.add("data.source.path=\"%s\"".formatted(data));
        }
        all.addAll(sets);
        return all;
    }
}
