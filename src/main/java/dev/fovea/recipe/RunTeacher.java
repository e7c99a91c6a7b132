package dev.fovea.recipe;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.data.DataRoot;
import dev.fovea.data.augment.Normalize;
import dev.fovea.teacher.FrozenBackbone;
import dev.fovea.teacher.TeacherSpec;
import dev.fovea.weights.ModelFile;
import dev.fovea.weights.Names;
import dev.fovea.weights.StateLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A backbone that was pre-trained here, as a frozen teacher. Its recipe says what it is, so that no setting is repeated.
 *
 * @param from the folder of a pre-training run that has ended, or its {@code model.safetensors}
 */
public record RunTeacher(String from) implements TeacherSpec {
    private static final String MODEL = "model.safetensors";
    private static final String EVERYTHING = ".*";

    @Override
    public FrozenBackbone build() {
        PretrainRecipe recipe = recipe();
        Backbone backbone = recipe.backbone().withDropPath(0).build(Use.PROBE);
        StateLoader.strict()
                .renaming(Names.below("backbone."))
                .allowingLeft(EVERYTHING) // what only pre-training or its decoder needs
                .load(ModelFile.read(file()).tensors(), backbone.state(), file().toString());
        return new FrozenBackbone(
                backbone, new Normalize(recipe.data().mean(), recipe.data().std()));
    }

    @Override
    public Size imageSize() {
        return backbone().imageSize();
    }

    @Override
    public int patchSize() {
        return backbone().tokenStride();
    }

    @Override
    public int dim() {
        return backbone().dim();
    }

    private BackboneSpec backbone() {
        return recipe().backbone();
    }

    private PretrainRecipe recipe() {
        Path file = file();
        String text = ModelFile.card(file).configuration().toString();
        Recipe recipe = RecipeReader.parse(text, file.toString(), RecipeReader.Overrides.NONE);
        if (recipe instanceof PretrainRecipe it) {
            return it;
        }
        throw new IllegalArgumentException("from %s is a run of stage %s; a teacher is a run of stage pretrain"
                .formatted(from, Methods.nameOf(recipe)));
    }

    private Path file() {
        Path path = DataRoot.expand(from);
        Path file = Files.isDirectory(path) ? path.resolve(MODEL) : path;
        Rule.that(Files.exists(file), "from %s: there is no %s; a teacher is a run that has ended", from, file);
        return file;
    }
}
