package dev.fovea.cli;

import dev.fovea.recipe.Methods;
import dev.fovea.recipe.Recipe;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fovea train STAGE}: training with labels, from a pre-trained backbone or from scratch. */
@Command(
        name = "train",
        header = "Train with labels: a classifier, a linear probe, a segmentation.",
        description =
                "Train with labels, from a pre-trained backbone (--set init.from=RUN) or from scratch (--set init=null).",
        synopsisSubcommandLabel = "STAGE")
final class TrainCommand {
    @Mixin
    private HelpOption help;

    @Command(name = "classify", description = "Fine-tune a whole classifier.")
    int classify(@Mixin RecipeOptions options) throws IOException {
        return run("classify", options);
    }

    @Command(name = "linear-probe", description = "Train a linear classifier on the frozen backbone.")
    int linearProbe(@Mixin RecipeOptions options) throws IOException {
        return run("linear-probe", options);
    }

    @Command(name = "segment", description = "Train UperNet for semantic segmentation.")
    int segment(@Mixin RecipeOptions options) throws IOException {
        return run("segment", options);
    }

    private int run(String stage, RecipeOptions options) throws IOException {
        Recipe recipe = options.recipe();
        String own = Methods.nameOf(recipe);
        if (!own.equals(stage)) {
            throw new IllegalArgumentException(
                    "the stage of the recipe %s is %s, not %s".formatted(recipe.name(), own, stage));
        }
        return RunCommand.run(recipe, options);
    }
}
