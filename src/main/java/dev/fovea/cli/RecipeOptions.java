package dev.fovea.cli;

import dev.fovea.demo.DataLayout;
import dev.fovea.recipe.DataSource;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import java.io.IOException;
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

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Your images in place of the recipe's; labels where they are: see 'fovea help demo'.")
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
    Recipe recipe() throws IOException {
        Path file = file();
        RecipeReader.Overrides overrides = new RecipeReader.Overrides(smoke, sets);
        if (data == null) {
            return RecipeReader.read(file, overrides);
        }
        DataSource own = RecipeReader.read(file, new RecipeReader.Overrides(smoke, List.of()))
                .data()
                .source();
        List<String> all = new ArrayList<>(List.of(DataLayout.setting(data, own)));
        all.addAll(sets);
        return RecipeReader.read(file, new RecipeReader.Overrides(smoke, all));
    }

    private Path file() {
        String name = named == null ? given : named;
        if (name != null) {
            return RecipeShelf.find(name);
        }
        if (resume && out != null) {
            Path own = out.resolve("recipe.yaml");
            if (!Files.exists(own)) {
                throw new IllegalArgumentException(out + " is no run folder: it has no recipe.yaml");
            }
            return own;
        }
        throw new ParameterException(
                spec.commandLine(),
                "Which RECIPE? 'fovea recipes' lists those that come with fovea (with --resume, --out RUN is enough).");
    }

    Path out(Recipe recipe) {
        return out == null ? Path.of("runs", recipe.name()) : out;
    }
}
