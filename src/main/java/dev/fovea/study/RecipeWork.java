package dev.fovea.study;

import dev.fovea.apply.FrozenFeatures;
import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Use;
import dev.fovea.eval.KnnProbe;
import dev.fovea.eval.LinearProbe;
import dev.fovea.nn.Draws;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.train.RunFolder;
import dev.fovea.train.RunResult;
import dev.fovea.train.Runs;
import dev.fovea.train.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Cells of real studies: training runs of recipes, and probes of what they trained. */
final class RecipeWork implements CellWork {
    /** The draws that {@code Runs} makes initial weights from, so that an untrained network is a run's first state. */
    private static final long INITIAL_DRAWS = -1;

    private final Study study;
    private final Function<String, Path> recipes;
    private final RecipeReader.Overrides overrides;
    private Optional<Probed> last = Optional.empty();

    /** @param of the cell that trained the backbone, or left it untrained */
    private record Probed(Cell of, FrozenFeatures features) {}

    /**
     * @param recipes finds the file of a recipe
     * @param overrides laid over every recipe, before the study's own settings
     */
    RecipeWork(Study study, Function<String, Path> recipes, RecipeReader.Overrides overrides) {
        this.study = study;
        this.recipes = recipes;
        this.overrides = overrides;
    }

    @Override
    public String settings(Cell cell) {
        Study.Stage stage = study.stage(cell.stage());
        if (stage.work() == Study.Work.TRAIN) {
            return RecipeWriter.writeChosen(recipe(cell, before -> Path.of("stage", before.stage())));
        }
        String probe = stage.work() == Study.Work.KNN
                ? KnnProbe.DINO.toString()
                : linear(cell).toString();
        return probe + "\n" + RecipeWriter.writeChosen(measured(cell));
    }

    @Override
    public Optional<Map<String, Double>> run(Cell cell, Function<Cell, Path> folders) throws IOException {
        Function<Cell, Path> runs = each -> run(folders.apply(each)).path();
        Study.Work work = study.stage(cell.stage()).work();
        if (work == Study.Work.TRAIN) {
            return train(run(folders.apply(cell)), recipe(cell, runs));
        }
        FrozenFeatures features = features(cell, runs);
        return Optional.of(work == Study.Work.KNN ? features.knn(KnnProbe.DINO) : features.linear(linear(cell)));
    }

    /** Computing features takes longer than any probe of them, and the cells of one backbone follow one another. */
    private FrozenFeatures features(Cell cell, Function<Cell, Path> runs) throws IOException {
        Cell probed = probed(cell);
        if (last.filter(features -> features.of.equals(probed)).isEmpty()) {
            Recipe recipe = measured(cell);
            Backbone backbone = backbone(recipe, study.before(cell).map(runs));
            last = Optional.of(
                    new Probed(probed, FrozenFeatures.of(backbone, recipe).retained()));
        }
        return last.get().features;
    }

    private static Optional<Map<String, Double>> train(RunFolder run, Recipe recipe) throws IOException {
        RunResult result =
                Files.exists(run.recipe()) ? Runs.resume(run.path(), recipe) : Runs.start(recipe, run.path());
        if (!result.finished()) {
            return Optional.empty();
        }
        Map<String, Double> scores = new LinkedHashMap<>(result.scores());
        scores.put("last_loss", result.lastLoss());
        return Optional.of(scores);
    }

    /** The final model stays; optimizer states of a finished cell serve nobody. */
    @Override
    public void tidy(Path folder) throws IOException {
        Path checkpoints = run(folder).checkpoints();
        if (!Files.isDirectory(checkpoints)) {
            return;
        }
        try (Stream<Path> files = Files.walk(checkpoints)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static RunFolder run(Path cellFolder) {
        return new RunFolder(cellFolder.resolve("run"));
    }

    private Backbone backbone(Recipe recipe, Optional<Path> run) {
        if (run.isPresent()) {
            return TrainedModel.open(run.get()).backbone();
        }
        if (!(recipe instanceof PretrainRecipe pretrain)) {
            throw new IllegalArgumentException(
                    "the recipe %s does not pre-train: there is nothing to compare with an".formatted(recipe.name())
                            + " untrained network");
        }
        Draws.seed(recipe.run().seed(), INITIAL_DRAWS);
        return pretrain.objective().standsAlone()
                ? pretrain.objective().build(recipe.backbone()).backbone()
                : recipe.backbone().build(Use.PRETRAIN);
    }

    private static LinearProbe linear(Cell cell) {
        LinearProbe usual = LinearProbe.USUAL;
        return new LinearProbe(usual.weightDecays(), usual.heldOut(), usual.steps(), cell.seed());
    }

    /** The recipe of the stage whose backbone a probe looks at, also where a row leaves the training out. */
    private Recipe measured(Cell cell) {
        return recipe(probed(cell), before -> Path.of("stage", before.stage()));
    }

    private Cell probed(Cell cell) {
        return study.cell(cell.row(), study.stage(cell.stage()).of().orElseThrow(), cell.seed());
    }

    /** @param runs finds the run of a cell that this one builds on */
    private Recipe recipe(Cell cell, Function<Cell, Path> runs) {
        Study.Stage stage = study.stage(cell.stage());
        Study.Row row = study.row(cell.row());
        Study.Change change = row.change(cell.stage());
        List<String> sets = new ArrayList<>(overrides.sets());
        sets.addAll(stage.set());
        if (!stage.once()) {
            sets.addAll(row.set());
        }
        sets.addAll(change.set());
        sets.add("run.seed=" + cell.seed());
        if (stage.of().isPresent()) {
            sets.add(study.before(cell)
                    .map(before -> "init.from=\"%s\"".formatted(runs.apply(before)))
                    .orElse("init=null"));
        }
        study.inputs(cell).forEach((input, from) -> sets.add(input.of(runs.apply(from))));
        String name = change.recipe()
                .or(stage::recipe)
                .orElseThrow(
                        () -> new IllegalArgumentException("study: neither the stage %s nor the row '%s' names a recipe"
                                .formatted(stage.name(), row.name())));
        return RecipeReader.read(recipes.apply(name), new RecipeReader.Overrides(overrides.smoke(), sets));
    }
}
