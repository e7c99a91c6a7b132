package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.DataRoot;
import dev.fovea.nn.Draws;
import dev.fovea.recipe.ClassifyRecipe;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.recipe.LinearProbeRecipe;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.tensor.Threads;
import dev.fovea.weights.AtomicFile;
import dev.fovea.weights.LoadReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts runs and goes on with them: what the command line and programs call. */
public final class Runs {
    /** Steps are counted from 0, so that initial weights share no draw with a training step. */
    private static final long INITIAL_DRAWS = -1;

    private Runs() {}

    /** Trains what the recipe says, in a folder that is empty or not there yet. */
    public static RunResult start(Recipe recipe, Path folder) throws IOException {
        RunFolder.requireNew(folder);
        try (Threads threads = threads(recipe)) {
            Trainer<?> trainer = trainer(recipe, new RunFolder(folder), true);
            RunFolder run = RunFolder.create(folder);
            AtomicFile.write(run.recipe(), RecipeWriter.write(recipe));
            try (RunLock lock = RunLock.of(run)) {
                return trainer.run();
            }
        }
    }

    /** Goes on where the run in the folder stopped; a run that is finished stays as it is. */
    public static RunResult resume(Path folder) throws IOException {
        RunFolder run = RunFolder.open(folder);
        return resume(run, RecipeReader.read(run.recipe()));
    }

    private static RunResult resume(RunFolder run, Recipe recipe) throws IOException {
        try (RunLock lock = RunLock.of(run);
                Threads threads = threads(recipe)) {
            run.removeUnfinished();
            boolean saved = Files.exists(run.last());
            Trainer<?> trainer = trainer(recipe, run, !saved);
            if (saved) {
                trainer.restore(Checkpoint.read(run.last()));
            }
            return trainer.run();
        }
    }

    static Threads threads(Recipe recipe) {
        return Threads.of(recipe.run().threads().orElseGet(Threads::now));
    }

    /**
     * As {@link #resume(Path)}, for a recipe that should be the run's. It may differ in what changes no weight, such as how many
     * files may be unreadable, and then decides.
     *
     * @throws IllegalArgumentException when it is another one; the text names the keys that differ
     */
    public static RunResult resume(Path folder, Recipe recipe) throws IOException {
        RunFolder run = RunFolder.open(folder);
        String ofRun =
                RecipeWriter.write(RecipeReader.read(run.recipe())); // with what is new since as it is by default
        List<String> differences = RecipeDifference.of(ofRun, RecipeWriter.write(recipe));
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s was started with another recipe; it cannot be resumed with this one:\n  %s"
                            .formatted(folder, String.join("\n  ", differences)));
        }
        return resume(run, recipe);
    }

    /** @param fresh whether initial weights are wanted: no checkpoint replaces them */
    private static Trainer<?> trainer(Recipe recipe, RunFolder run, boolean fresh) throws IOException {
        Task<?> task = task(recipe);
        if (fresh) {
            recipe.init().ifPresent(init -> report(init.from(), InitialWeights.load(init, recipe, task.model())));
            task.afterInitialWeights();
        }
        return trainer(task, recipe, run);
    }

    static Task<?> task(Recipe recipe) throws IOException {
        Draws.seed(recipe.run().seed(), INITIAL_DRAWS);
        if (recipe instanceof PretrainRecipe it) {
            return it.objective().comparesViews() ? new LocateTask(it) : new PretrainTask(it);
        } else if (recipe instanceof ClassifyRecipe it) {
            return new ClassifyTask(it);
        } else if (recipe instanceof LinearProbeRecipe it) {
            return new LinearProbeTask(it);
        }
        if (recipe instanceof DetectRecipe it) {
            return new DetectTask(it);
        } else if (recipe instanceof PanopticRecipe it) {
            return new PanopticTask(it);
        }
        return new SegmentTask((SegmentRecipe) recipe);
    }

    private static <B extends Batch> Trainer<B> trainer(Task<B> task, Recipe recipe, RunFolder run) {
        long stepsPerEpoch = task.batches().batchesPerEpoch() / recipe.run().accumulation();
        if (stepsPerEpoch == 0) {
            throw new IllegalArgumentException("run.globalBatch %d is more than the %d training samples"
                    .formatted(recipe.run().globalBatch(), task.batches().sampleCount()));
        }
        Plan plan = RecipePlan.of(recipe, stepsPerEpoch);
        return new Trainer<>(task, plan, run, Provenance.of(recipe, task.classNames()));
    }

    private static void report(String from, LoadReport report) {
        Path folder = DataRoot.expand(from);
        boolean unfinished = Files.isDirectory(folder) && !Files.exists(new RunFolder(folder).model());
        String which = unfinished ? " (which has not ended: those of its last checkpoint)" : "";
        System.err.println("weights of " + from + which + ": " + report.details());
    }
}
