package dev.fovea.recipe;

import dev.fovea.backbone.Size;
import dev.fovea.data.DataRoot;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.beit2.Tokenizer;
import dev.fovea.pretrain.beit2.TokenizerSource;
import dev.fovea.pretrain.beit2.TrainedTokenizer;
import dev.fovea.pretrain.beit2.VqkdSpec;
import dev.fovea.weights.ModelFile;
import dev.fovea.weights.Names;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tokenizer that was trained here. Its recipe says what it is, so that no setting is repeated.
 *
 * @param from the folder of a tokenizer's run that has ended, or its {@code model.safetensors}
 */
public record RunTokenizer(String from) implements TokenizerSource {
    private static final String MODEL = "model.safetensors";

    @Override
    public Tokenizer build() {
        PretrainRecipe recipe = recipe();
        Normalize images = new Normalize(recipe.data().mean(), recipe.data().std());
        return TrainedTokenizer.load(
                new TrainedTokenizer.Network(
                        recipe.backbone(), objective(recipe).quantizer(), images),
                ModelFile.read(file()).tensors(),
                Names.same(),
                file().toString());
    }

    @Override
    public Size imageSize() {
        return recipe().backbone().imageSize();
    }

    @Override
    public int patchSize() {
        return recipe().backbone().tokenStride();
    }

    @Override
    public int codes() {
        return objective(recipe()).quantizer().codes();
    }

    private static VqkdSpec objective(PretrainRecipe recipe) {
        return (VqkdSpec) recipe.objective();
    }

    private PretrainRecipe recipe() {
        Path file = file();
        String text = ModelFile.card(file).configuration().toString();
        Recipe recipe = RecipeReader.parse(text, file.toString(), RecipeReader.Overrides.NONE);
        if (recipe instanceof PretrainRecipe it && it.objective() instanceof VqkdSpec) {
            return it;
        }
        String what = recipe instanceof PretrainRecipe it
                ? "objective " + Methods.nameOf(it.objective())
                : "stage " + Methods.nameOf(recipe);
        throw new IllegalArgumentException(
                "from %s is a run of %s; a tokenizer is a run of objective beit2-tokenizer".formatted(from, what));
    }

    private Path file() {
        Path path = DataRoot.expand(from);
        Path file = Files.isDirectory(path) ? path.resolve(MODEL) : path;
        Rule.that(Files.exists(file), "from %s: there is no %s; a tokenizer is a run that has ended", from, file);
        return file;
    }
}
