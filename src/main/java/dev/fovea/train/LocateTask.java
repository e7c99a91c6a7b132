package dev.fovea.train;

import dev.fovea.data.BatchStream;
import dev.fovea.data.Image;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.Source;
import dev.fovea.data.Subset;
import dev.fovea.data.ViewBatch;
import dev.fovea.data.augment.MultiView;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.pretrain.LocatesViews;
import dev.fovea.pretrain.LocatesViews.Shown;
import dev.fovea.pretrain.LocatesViews.Tally;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.recipe.MultiViewAugment;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.report.Pictures;
import dev.fovea.report.PositionSheet;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/**
 * Self-supervised pre-training on several views of each image. It is measured on views of held-out images, the same ones each
 * time: the loss, how well views are located, and how well without the reference or with that of another image.
 */
final class LocateTask implements Task<ViewBatch> {
    private static final int PICTURES = 6;
    /** While it trains. */
    private static final int MOST_IMAGES = 256;
    /** Steps are counted from 0, so that these draws are no training step's. */
    private static final long EVALUATION_DRAWS = -2;

    private final PretrainRecipe recipe;
    private final RecipeData data;
    private final MultiView views;
    private final PretrainModel model;
    private final LocatesViews objective;
    private final Loader<ViewBatch> batches;
    private final Optimizer optimizer;

    LocateTask(PretrainRecipe recipe) throws IOException {
        this.recipe = recipe;
        data = new RecipeData(recipe.data());
        views = new RecipeViews(recipe.backbone().imageSize(), recipe.data())
                .several((MultiViewAugment) recipe.augment(), recipe.backbone().tokenStride());
        batches = Loader.of(data.images(Split.TRAIN), views, ViewBatch::collate, RecipeLoader.training(recipe));
        model = RecipeModel.pretrain(recipe);
        objective = (LocatesViews) model;
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
    }

    @Override
    public String name() {
        return "pretrain";
    }

    @Override
    public PretrainModel model() {
        return model;
    }

    @Override
    public void afterInitialWeights() {
        model.afterInitialWeights();
    }

    @Override
    public void afterStep(long step, long steps) {
        model.afterStep(step, steps);
    }

    @Override
    public Loader<ViewBatch> batches() {
        return batches;
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Losses losses(ViewBatch batch, Rng rng) {
        return objective.losses(batch);
    }

    @Override
    public Map<String, Double> evaluate() throws IOException {
        return measure(MOST_IMAGES);
    }

    @Override
    public Map<String, Double> evaluateInFull() throws IOException {
        return measure(Integer.MAX_VALUE);
    }

    private Map<String, Double> measure(int mostImages) throws IOException {
        return data.hasVal() ? new HeldOut().measure(mostImages) : Map.of();
    }

    @Override
    public BadAnnotations leftOut(Split split) {
        return data.leftOut(split);
    }

    @Override
    public Optional<Goal> goal() {
        return data.hasVal() ? Optional.of(new Goal(objective.score(), true)) : Optional.empty();
    }

    /** The sums of one evaluation. */
    private final class HeldOut {
        private final Map<Shown, Tally> located = new EnumMap<>(Shown.class);
        private double loss;
        private long images;

        Map<String, Double> measure(int mostImages) throws IOException {
            Source<Image> val = Subset.atMost(data.images(Split.VAL), mostImages);
            Loader<ViewBatch> loader = Loader.of(
                    val,
                    views,
                    ViewBatch::collate,
                    RecipeLoader.evaluation(recipe, recipe.run().micro()));
            try (BatchStream<ViewBatch> stream = loader.epoch(0)) {
                while (stream.hasNext()) {
                    try (PointerScope scope = new PointerScope();
                            Precision.Scope cast = precision().open()) {
                        add(stream.next());
                    }
                }
            }
            Map<String, Double> scores = new LinkedHashMap<>();
            scores.put("loss", loss / images);
            put(scores, "", Shown.USUAL);
            put(scores, "_hidden", Shown.NOTHING);
            put(scores, "_other", Shown.ANOTHER_IMAGE);
            return scores;
        }

        private void add(ViewBatch batch) {
            seed();
            loss += Tensors.item(objective.losses(batch).total()) * batch.size();
            images += batch.size();
            for (Shown shown : Shown.values()) {
                if (shown != Shown.ANOTHER_IMAGE || batch.size() > 1) {
                    seed();
                    located.merge(shown, objective.tally(batch, shown), Tally::plus);
                }
            }
        }

        /** All controls see the same patches of the reference. */
        private void seed() {
            Draws.seed(recipe.run().seed(), EVALUATION_DRAWS - images);
        }

        private void put(Map<String, Double> scores, String control, Shown shown) {
            Tally tally = located.getOrDefault(shown, new Tally(0, 0));
            if (tally.count() > 0) {
                scores.put(objective.score() + control, tally.mean());
            }
        }
    }

    private Precision precision() {
        return RecipePlan.precision(recipe.run().precision());
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        Source<Image> source = data.images(data.hasVal() ? Split.VAL : Split.TRAIN);
        var samples = RecipeLoader.spread(source, views, PICTURES);
        if (samples.isEmpty()) {
            return List.of();
        }
        ViewBatch batch = ViewBatch.collate(
                samples.stream().map(RecipeLoader.Sample::seen).toList(),
                samples.stream().map(RecipeLoader.Sample::name).toList());
        Draws.seed(recipe.run().seed(), EVALUATION_DRAWS);
        Optional<LocatesViews.Placement> placement = objective.place(batch);
        if (placement.isEmpty()) {
            return List.of();
        }
        var sheet = PositionSheet.draw(batch.images(), placement.get(), views.normalize(), List.of());
        return List.of(pictures.write("positions", step, sheet, "predicted positions after step " + step));
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }
}
