package dev.fovea.cli;

import dev.fovea.recipe.RecipeReader;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --set} and {@code --smoke} of the commands that run recipes; where there are several, each is changed. */
final class OverrideOptions {
    @Option(
            names = "--set",
            paramLabel = "A.B=VALUE",
            description = "Change one setting of the recipes; repeatable. 'null' takes an optional block away.")
    private List<String> sets = new ArrayList<>();

    @Option(
            names = "--smoke",
            description = "Use the recipes' smoke settings: everything runs, within a minute; the scores mean nothing.")
    private boolean smoke;

    RecipeReader.Overrides overrides() {
        return new RecipeReader.Overrides(smoke, sets);
    }
}
