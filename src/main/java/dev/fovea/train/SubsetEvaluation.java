package dev.fovea.train;

import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.Source;
import dev.fovea.data.source.ImageFolder;
import dev.fovea.eval.ClassSubset;
import dev.fovea.recipe.ClassifyRecipe;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** A classifier on images of some of its classes, such as ImageNet-A and -R: only their scores are compared. */
public final class SubsetEvaluation {
    /** Takes the folders of the data for the subset. */
    public static final String FOLDERS = "folders";

    private SubsetEvaluation() {}

    /**
     * Top-1 and top-5 accuracy.
     *
     * @param run a run's folder, a checkpoint or a model file; its class names decide which outputs count
     * @param overrides changes of its recipe
     * @param folder one folder of images for each class, under the names that the classifier knows them by
     * @param subset one of {@link ClassSubset#KNOWN}, or {@link #FOLDERS}
     */
    public static Map<String, Double> of(Path run, RecipeReader.Overrides overrides, Path folder, String subset) {
        List<String> folders = new ImageFolder(folder).classNames();
        ClassSubset classes =
                subset.equals(FOLDERS) ? new ClassSubset(folder.toString(), folders) : ClassSubset.known(subset);
        classes.requireFolders(folders);
        TrainedModel trained = TrainedModel.open(run);
        Recipe recipe = RecipeReader.parse(RecipeWriter.write(trained.recipe()), run.toString(), overrides);
        double crop = evalCrop(recipe, run);
        Source<Labelled<Image>> images = new ImageFolder(folder, classes.classes());
        RecipeViews views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        try (PointerScope scope = new PointerScope()) {
            Tensor columns = classes.among(trained.classNames());
            return new Accuracy(images, classes.classes(), views.centre(crop), recipe)
                    .of(x -> trained.model().forward(x).index_select(1, columns));
        }
    }

    private static double evalCrop(Recipe recipe, Path run) {
        if (recipe instanceof ClassifyRecipe it) {
            return it.augment().evalCrop();
        } else if (recipe instanceof LinearProbeRecipe it) {
            return it.augment().evalCrop();
        }
        throw new IllegalArgumentException(
                "%s is no classifier: a subset of classes means nothing to it".formatted(run));
    }
}
