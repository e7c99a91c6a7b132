package dev.fovea.cli;

import dev.fovea.demo.DataLayout;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which recipe is run, with which changes, and where; and how the end is told. */
final class RecipeOptions {
    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Mixin
    private OverrideOptions changes;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RECIPE",
            description = "A recipe file, or a name that 'fovea recipes' lists.")
    private String given;

    @Option(names = "--recipe", paramLabel = "RECIPE", description = "The same as an option.")
    private String named;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Your images in place of the recipe's: images alone, a folder for each class, masks beside images, COCO or"
                            + " panoptic annotations, or a published data set as downloaded; what it is shows in the folder.")
    private Path data;

    @Option(names = "--out", paramLabel = "RUN", description = "The folder of the run (default: runs/NAME).")
    private Path out;

    @Option(
            names = "--resume",
            description = "Go on with the run in the folder RUN; without RECIPE the run's own recipe is used.")
    private boolean resume;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    boolean asJson() {
        return json.wanted();
    }

    /** Where the command that has these options prints. */
    PrintWriter print() {
        return spec.commandLine().getOut();
    }

    boolean resumes() {
        return resume;
    }

    /** The recipe with all changes. */
    Recipe recipe() throws IOException {
        return recipe(List.of());
    }

    /** @param more settings of a command's own options, which --set still wins over */
    Recipe recipe(List<String> more) throws IOException {
        Path file = file();
        List<String> sets = new ArrayList<>(more);
        sets.addAll(changes.overrides().sets());
        RecipeReader.Overrides overrides =
                new RecipeReader.Overrides(changes.overrides().smoke(), sets);
        if (data == null) {
            return RecipeReader.read(file, overrides);
        }
        Recipe own = asWritten();
        String source = DataLayout.setting(data, own.data().source(), DataLayout.Wanted.by(own));
        List<String> all = new ArrayList<>(List.of(source));
        all.addAll(overrides.sets());
        return RecipeReader.read(file, new RecipeReader.Overrides(overrides.smoke(), all));
    }

    /** The recipe without any change, or its smoke form where that is asked for. */
    Recipe asWritten() {
        boolean smoke = changes.overrides().smoke();
        return RecipeReader.read(file(), new RecipeReader.Overrides(smoke, List.of()));
    }

    private Path file() {
        String name = named == null ? given : named;
        if (name != null) {
            return RecipeShelf.find(name);
        }
        if (resume && out != null) {
            return Stream.of(out, out.resolve("draw-0"))
                    .map(run -> run.resolve("recipe.yaml"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(out + " is no run folder: it has no recipe.yaml"));
        }
        throw new ParameterException(
                spec.commandLine(),
                "Which RECIPE? 'fovea recipes' lists those that come with fovea (with --resume, --out RUN is enough).");
    }

    Path out(Recipe recipe) {
        return out == null ? Path.of("runs", recipe.name()) : out;
    }
}
