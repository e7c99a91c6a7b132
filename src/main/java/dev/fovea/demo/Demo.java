package dev.fovea.demo;

import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.report.CompareReport;
import dev.fovea.train.RecipeData;
import dev.fovea.train.RunFolder;
import dev.fovea.train.RunResult;
import dev.fovea.train.Runs;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/**
 * Pre-trains a small ConvMAE without labels, then learns from few labels twice: from the pre-trained network and from
 * scratch. What is done stays done: the same call goes on after an interruption.
 */
public final class Demo {
    /** Photos are brought to this size first, so that small crops still show whole things. */
    private static final String PHOTO_SIZE = "augment.imageScale=[192, 96]";

    private static final String PRETRAINED = "pre-trained";
    private static final String SCRATCH = "scratch";

    private final Path out;
    private final Wish wish;
    private final PrintStream say;

    /**
     * What is asked for.
     *
     * @param data a folder of images; empty = generated scenes
     * @param labels images whose labels are used
     * @param smoke see that everything runs, in a minute
     */
    public record Wish(Optional<Path> data, int labels, boolean smoke, List<String> sets) {}

    public Demo(Path out, Wish wish, PrintStream say) {
        this.out = out;
        this.wish = wish;
        this.say = say;
    }

    /** @return whether it came to its end; false after Ctrl-C */
    public boolean run() throws IOException {
        if (wish.data().isEmpty()) {
            return withLabels("segment", List.of(), List.of());
        }
        DataLayout layout = DataLayout.of(wish.data().get());
        List<String> source = List.of("data.source=" + layout.source());
        List<String> photos = List.of(
                "augment.crop={type: resized, scale: [0.2, 1]}",
                "data.cacheBytes=268435456",
                "objective.normPixels=true");
        if (layout instanceof DataLayout.Masks masks) {
            say.printf("%s: images with masks of %d classes%n", masks.folder(), masks.classes());
            return withLabels("segment", join(source, photos), join(source, List.of(PHOTO_SIZE)));
        } else if (layout instanceof DataLayout.Published published) {
            say.printf("%s: %s%n", published.folder(), published.set().key());
            return withLabels("segment", join(source, photos), join(source, List.of(PHOTO_SIZE)));
        } else if (layout instanceof DataLayout.Classes classes) {
            say.printf("%s: images in folders by class%n", classes.folder());
            return withLabels("classify", join(source, photos), source);
        }
        say.printf("%s: images without labels%n", layout.folder());
        return withoutLabels(join(source, photos));
    }

    private boolean withLabels(String stage, List<String> pretraining, List<String> training) throws IOException {
        Path pretrained = out.resolve("pretrain");
        if (train("pre-training without labels", recipe("pretrain", pretraining), pretrained)
                .isEmpty()) {
            return false;
        }
        Recipe all = recipe(stage, join(training, List.of("data.fraction=1", "init=null")));
        double labelled = samples(all);
        List<String> few = join(training, List.of("data.fraction=" + Math.min(wish.labels(), labelled) / labelled));
        Map<String, List<String>> starts = new LinkedHashMap<>();
        starts.put(PRETRAINED, List.of("init={from: \"%s\"}".formatted(pretrained)));
        starts.put(SCRATCH, List.of("init=null"));
        Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
        for (var start : starts.entrySet()) {
            Recipe recipe = recipe(stage, join(few, start.getValue()));
            String what = "learning from %d labelled images, %s".formatted(samples(recipe), start.getKey());
            var scores = train(what, recipe, out.resolve(start.getKey()));
            if (scores.isEmpty()) {
                return false;
            }
            rows.put(start.getKey(), scores.get());
        }
        Path report = out.resolve("report.html");
        CompareReport.write(List.of(out.resolve(PRETRAINED), out.resolve(SCRATCH)), report);
        say.println();
        say.print(table(rows));
        say.printf("%nreport: %s%npre-training: %s%n", report, pretrained.resolve("report.html"));
        return true;
    }

    private boolean withoutLabels(List<String> pretraining) throws IOException {
        Path pretrained = out.resolve("pretrain");
        if (train("pre-training without labels", recipe("pretrain", pretraining), pretrained)
                .isEmpty()) {
            return false;
        }
        List<Path> pictures =
                new UnlabelledPictures(pretrained).write(wish.data().orElseThrow(), out);
        pictures.forEach(picture -> say.println("picture: " + picture));
        say.printf("report: %s%n", pretrained.resolve("report.html"));
        say.println(
                """

                With labels this demo would also show what pre-training is worth: put masks beside the images
                (images/train/x.jpg with masks/train/x.png, and val likewise) or sort images into folders by class
                (train/CLASS/x.jpg, val/CLASS/x.jpg), a few dozen labelled images are enough, and call it again.""");
        return true;
    }

    /** The scores of a run, which is started, gone on with, or already finished; empty when it was asked to stop. */
    private Optional<Map<String, Double>> train(String what, Recipe recipe, Path folder) throws IOException {
        say.println(what + " -> " + folder);
        boolean begun = Files.exists(new RunFolder(folder).recipe());
        try (PointerScope scope = new PointerScope()) {
            RunResult result = begun ? Runs.resume(folder, recipe) : Runs.start(recipe, folder);
            return result.finished() ? Optional.of(result.scores()) : Optional.empty();
        }
    }

    /** The recipe of a stage, with smaller batches where there are too few images for its own. */
    private Recipe recipe(String stage, List<String> sets) throws IOException {
        Recipe usual = read(stage, sets);
        int samples = samples(usual);
        return samples >= usual.run().globalBatch()
                ? usual
                : read(stage, join(List.of("run.globalBatch=" + samples, "run.microBatch=null"), sets));
    }

    private Recipe read(String stage, List<String> sets) {
        List<String> all = join(sets, wish.sets());
        return RecipeReader.resource(
                "/recipes/demo/%s.yaml".formatted(stage), new RecipeReader.Overrides(wish.smoke(), all));
    }

    /** How many images it trains on; a share is taken of each class, and so rounded. */
    private static int samples(Recipe recipe) throws IOException {
        return new RecipeData(recipe.data()).images(RecipeData.Split.TRAIN).size();
    }

    static String table(Map<String, Map<String, Double>> rows) {
        List<String> scores = new ArrayList<>(rows.values().iterator().next().keySet());
        scores.remove("loss");
        StringBuilder text = new StringBuilder(String.format("%-14s", ""));
        scores.forEach(name -> text.append(String.format("%10s", name)));
        rows.forEach((row, values) -> {
            text.append(String.format("%n%-14s", row));
            scores.forEach(name -> text.append(String.format(Locale.ROOT, "%9.1f%%", 100 * values.get(name))));
        });
        return text.append(System.lineSeparator()).toString();
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
