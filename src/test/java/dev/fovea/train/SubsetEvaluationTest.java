package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.eval.ClassSubset;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.tensor.NoGrad;
import dev.fovea.weights.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubsetEvaluationTest {
    private static final RecipeReader.Overrides AS_IT_IS = RecipeReader.Overrides.NONE;

    @TempDir
    Path temp;

    @Test
    void theListsThatComeWithTheProgramHoldTwoHundredWordNetIds() {
        for (String name : ClassSubset.KNOWN) {
            assertThat(ClassSubset.known(name).classes())
                    .hasSize(200)
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.matches("n\\d{8}"));
        }
        assertThatThrownBy(() -> ClassSubset.known("imagenet-x"))
                .hasMessage("there is no list of classes for 'imagenet-x', only for imagenet-a, imagenet-r");
    }

    @Test
    void outputsOfOtherClassesDoNotCount() throws IOException {
        Path model = write(List.of("ant", "bee", "cat", "dog"), 2, 5, 9, 3); // cat always wins, then bee
        images("dog", 1);
        images("bee", 3);

        Map<String, Double> scores = SubsetEvaluation.of(model, AS_IT_IS, folder(), SubsetEvaluation.FOLDERS);

        assertThat(scores).containsEntry("acc1", 0.75);
    }

    @Test
    void classesOfAKnownSetAreFoundByTheirNamesInWhateverOrder() throws IOException {
        List<String> names = new ArrayList<>(ClassSubset.known("imagenet-r").classes());
        String right = names.get(7);
        names.add("n00000001"); // a class of the classifier that the set does not have
        Collections.reverse(names);
        float[] biases = new float[names.size()];
        biases[0] = 9;
        biases[names.indexOf(right)] = 5;
        Path model = write(names, biases);
        images(right, 2);
        images("n01443537".equals(right) ? "n01484850" : "n01443537", 2);

        assertThat(SubsetEvaluation.of(model, AS_IT_IS, folder(), "imagenet-r")).containsEntry("acc1", 0.5);
    }

    @Test
    void aClassifierThatDoesNotKnowTheClassesIsToldOf() throws IOException {
        Path model = write(List.of("ant", "bee"), 1, 0);
        images("n01498041", 1);
        assertThatThrownBy(() -> SubsetEvaluation.of(model, AS_IT_IS, folder(), "imagenet-a"))
                .hasMessage("200 of 200 classes of imagenet-a are not among the classifier's, which are called such as"
                        + " ant: n01498041, n01531178, n01534433, n01558993, n01580077, …");
    }

    @Test
    void aFolderThatIsNoClassOfTheSetIsToldOf() throws IOException {
        Path model = write(List.of("ant", "bee"), 1, 0);
        images("ant", 1);
        assertThatThrownBy(() -> SubsetEvaluation.of(model, AS_IT_IS, folder(), "imagenet-a"))
                .hasMessage("1 of 1 folders are not among the classes of imagenet-a, which are called such as"
                        + " n01498041: ant");
    }

    @Test
    void aModelThatIsNoClassifierIsRefused() throws IOException {
        Recipe recipe = Recipes.of(Recipes.mae(Recipes.VIT));
        new ModelFile(
                        Provenance.of(recipe, List.of()).card(1),
                        RecipeModel.build(recipe, 0).state())
                .write(file());
        images("ant", 1);
        assertThatThrownBy(() -> SubsetEvaluation.of(file(), AS_IT_IS, folder(), SubsetEvaluation.FOLDERS))
                .hasMessage(file() + " is no classifier: a subset of classes means nothing to it");
    }

    /** A classifier whose answer is the same for all images. */
    private Path write(List<String> classNames, float... biases) {
        Recipe recipe = Recipes.of(Recipes.classify(Recipes.VIT));
        Layer model = RecipeModel.build(recipe, classNames.size());
        Init.zeros(model.state().get("head.weight"));
        try (NoGrad off = new NoGrad()) {
            Tensor bias = model.state().get("head.bias");
            for (int i = 0; i < biases.length; i++) {
                bias.narrow(0, i, 1).fill_(new Scalar(biases[i]));
            }
        }
        new ModelFile(Provenance.of(recipe, classNames).card(1), model.state()).write(file());
        return file();
    }

    private void images(String className, int count) throws IOException {
        Path of = Files.createDirectories(folder().resolve(className));
        for (int i = 0; i < count; i++) {
            ImageIO.write(
                    new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB),
                    "png",
                    of.resolve(i + ".png").toFile());
        }
    }

    private Path folder() {
        return temp.resolve("images");
    }

    private Path file() {
        return temp.resolve("model.safetensors");
    }
}
