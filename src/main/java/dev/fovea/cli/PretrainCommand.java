package dev.fovea.cli;

import dev.fovea.recipe.Methods;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fovea pretrain METHOD}: self-supervised training on images without labels. */
@Command(
        name = "pretrain",
        header = "Pre-train a backbone on images without labels.",
        description = "Pre-train a backbone on images without labels.",
        synopsisSubcommandLabel = "METHOD")
final class PretrainCommand {
    @Mixin
    private HelpOption help;

    @Command(name = "mae", description = "Masked autoencoder (He et al. 2022).")
    int mae(@Mixin RecipeOptions options) throws IOException {
        return run("mae", options);
    }

    @Command(name = "convmae", description = "ConvMAE (Gao et al. 2022): convolution stages below the transformer.")
    int convmae(@Mixin RecipeOptions options) throws IOException {
        return run("convmae", options);
    }

    @Command(
            name = "itpn",
            description =
                    "iTPN (Tian et al. 2023): backbone and feature pyramid together; objectives itpn and itpn-clip.")
    int itpn(@Mixin RecipeOptions options) throws IOException {
        return run("itpn", options);
    }

    @Command(name = "loca", description = "LOCA (Caron et al. 2022): where the patches of a view lie in another view.")
    int loca(@Mixin RecipeOptions options) throws IOException {
        return run("loca", options);
    }

    @Command(
            name = "beit2-tokenizer",
            description =
                    "The tokenizer of BEiT v2 (Peng et al. 2022): codes that a teacher's features are rebuilt from.")
    int beit2Tokenizer(@Mixin RecipeOptions options) throws IOException {
        return run("beit2-tokenizer", options);
    }

    @Command(name = "beit2", description = "BEiT v2 (Peng et al. 2022): a tokenizer's codes of hidden patches.")
    int beit2(@Mixin RecipeOptions options) throws IOException {
        return run("beit2", options);
    }

    private int run(String method, RecipeOptions options) throws IOException {
        Recipe recipe = options.recipe();
        if (!(recipe instanceof PretrainRecipe pretrain)) {
            throw new IllegalArgumentException("the recipe %s does not pre-train: its stage is %s"
                    .formatted(recipe.name(), Methods.nameOf(recipe)));
        }
        String own = Methods.nameOf(pretrain.objective());
        String command = own.equals("itpn-clip") ? "itpn" : own;
        if (!command.equals(method)) {
            throw new IllegalArgumentException(
                    "the recipe %s pre-trains by %s: fovea pretrain %s ...".formatted(recipe.name(), own, command));
        }
        return RunCommand.run(recipe, options);
    }
}
