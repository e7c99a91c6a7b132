package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.apply.FrozenFeatures;
import dev.fovea.data.DataRoot;
import dev.fovea.eval.KnnProbe;
import dev.fovea.eval.LinearProbe;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.tensor.Natives;
import dev.fovea.train.Evaluation;
import dev.fovea.train.RecipeData;
import dev.fovea.train.SubsetEvaluation;
import dev.fovea.train.TrainedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea eval}: the scores of a trained model. */
@Command(
        name = "eval",
        header = "Measure a trained model.",
        description =
                "Measure a trained model on its validation images: top-1 of a classifier, mIoU of a segmentation (by"
                        + " sliding windows), COCO's figures of a detector, panoptic quality of segments, held-out loss, kNN and"
                        + " linear probe of a pre-trained backbone.")
final class EvalCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Parameters(paramLabel = "RUN", description = "The folder of a run, a checkpoint or a model file.")
    private Path run;

    @Option(names = "--data", paramLabel = "DIR", description = "Other data of the same layout and classes.")
    private Path data;

    @Option(
            names = "--set",
            paramLabel = "A.B=VALUE",
            description = "Change one setting of the run's recipe; repeatable.")
    private List<String> sets = new ArrayList<>();

    @Option(
            names = "--scales",
            split = ",",
            paramLabel = "S",
            description = "Segmentation: average over these image scales, such as 0.5,1,1.5.")
    private List<Double> scales = List.of();

    @Option(names = "--flip", description = "Segmentation and detection: look at the mirrored image as well.")
    private boolean flip;

    @Option(names = "--stride", paramLabel = "PIXELS", description = "Segmentation: distance of sliding windows.")
    private Integer stride;

    @Option(
            names = "--decompose",
            description =
                    "Segmentation: also what is in an image (mAP_what: mean average precision of images ranked by a"
                            + " class's largest probability) and where it is (mIoU_where: each image's pixels choose among the"
                            + " classes truly in it).")
    private boolean decompose;

    @Option(
            names = "--subset",
            paramLabel = "NAME",
            description =
                    "Classifiers: the images of some classes, in --data one folder each, ranked among those classes"
                            + " alone: imagenet-a, imagenet-r, or folders for whatever classes --data has folders of.")
    private String subset;

    @Option(names = "--knn", description = "k nearest neighbours on frozen features (default for pre-training runs).")
    private boolean knn;

    @Option(names = "--linear", description = "Logistic regression on frozen features (default for pre-training runs).")
    private boolean linear;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        Map<String, Double> scores = subset == null
                ? scores(new RecipeReader.Overrides(false, settings()))
                : SubsetEvaluation.of(run, new RecipeReader.Overrides(false, sets), subsetFolder(), subset);
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            scores.replaceAll((name, value) -> value.isNaN() ? null : value); // JSON has no NaN
            out.println(new ObjectMapper().writeValueAsString(scores));
        } else {
            scores.forEach((name, value) -> out.printf("%-16s %s%n", name, told(value)));
        }
        out.flush();
        return 0;
    }

    /** A dash for what the images cannot tell. */
    private static String told(double value) {
        return Double.isNaN(value) ? "—" : "%.4f".formatted(value);
    }

    private Map<String, Double> scores(RecipeReader.Overrides overrides) throws IOException {
        TrainedModel trained = TrainedModel.open(run);
        Recipe recipe = RecipeReader.parse(RecipeWriter.write(trained.recipe()), run.toString(), overrides);
        Map<String, Double> scores = new LinkedHashMap<>();
        boolean pretrained = recipe instanceof PretrainRecipe;
        boolean asked = knn || linear;
        RecipeData source = new RecipeData(recipe.data());
        if (decompose) {
            return Evaluation.decomposed(run, overrides);
        }
        if (!asked && source.hasVal()) {
            scores.putAll(Evaluation.of(run, overrides, this::warn));
        }
        if (asked || pretrained && source.hasLabels() && source.hasVal()) {
            FrozenFeatures features = FrozenFeatures.of(trained.backbone(), recipe);
            if (knn || !asked) {
                features.knn(KnnProbe.DINO).forEach((name, value) -> scores.put("knn_" + name, value));
            }
            if (linear || !asked) {
                features.linear(LinearProbe.USUAL).forEach((name, value) -> scores.put("linear_" + name, value));
            }
        }
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("data.source %s has no validation images to measure %s on"
                    .formatted(recipe.data().source(), run));
        }
        return scores;
    }

    private void warn(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("fovea: " + text);
        err.flush();
    }

    private Path subsetFolder() {
        if (data == null) {
            throw new ParameterException(spec.commandLine(), "--subset needs the folder of its images: --data DIR");
        }
        return DataRoot.expand(data.toString());
    }

    private List<String> settings() {
        List<String> all = new ArrayList<>();
        if (data != null) {
            all.add("data.source.path=\"%s\"".formatted(data));
        }
        if (!scales.isEmpty()) {
            all.add("inference.scales=" + scales);
        }
        if (flip) {
            all.add("inference.flip=true");
        }
        if (stride != null) {
            all.add("inference.stride=" + stride);
        }
        all.addAll(sets);
        return all;
    }
}
