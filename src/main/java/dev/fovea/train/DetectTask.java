package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Image;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.Source;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.dense.detect.Detector;
import dev.fovea.eval.coco.Detection;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.report.DetectionSheet;
import dev.fovea.report.Pictures;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/** Detection and instance segmentation, trained on views of images and measured on whole ones. */
final class DetectTask implements Task<ObjectBatch> {
    private static final int PICTURES = 6;

    private final DetectRecipe recipe;
    private final RecipeViews views;
    private final RecipeData data;
    private final Padded padded;
    private final List<String> classNames;
    private final Detector model;
    private final ObjectFinder finder;
    private final Source<Annotated<Image>> val;
    private final ObjectTraining training;
    private final Optimizer optimizer;

    DetectTask(DetectRecipe recipe) {
        this.recipe = recipe;
        data = new RecipeData(recipe.data());
        views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        padded = new Padded(recipe.padding());
        classNames = data.objectClasses();
        model = RecipeModel.detector(recipe, classNames.size());
        finder = new ObjectFinder(model, recipe.inference(), recipe.padding());
        boolean masks = model.findsMasks();
        Source<Annotated<Image>> train = data.annotated(Split.TRAIN, masks);
        val = data.annotated(Split.VAL, masks);
        training = ObjectTraining.of(
                model,
                padded,
                train,
                views.detect(recipe.augment(), masks),
                RecipeLoader.training(recipe),
                recipe.grouped());
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
    }

    @Override
    public String name() {
        return "detect";
    }

    @Override
    public Detector model() {
        return model;
    }

    @Override
    public Loader<ObjectBatch> batches() {
        return training.batches();
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Losses losses(ObjectBatch batch, Rng rng) {
        return training.losses(batch);
    }

    @Override
    public Map<String, Double> evaluate() {
        return measured().values(false);
    }

    @Override
    public Map<String, Double> evaluateInFull() {
        return measured().values(true);
    }

    private DetectionScores measured() {
        DetectionScores scores = new DetectionScores(
                classNames, model.findsMasks(), recipe.inference().limits());
        Loader<TestBatch> loader = Loader.of(
                val,
                views.detectEval(recipe.inference()),
                TestBatch.collate(padded.padding()),
                RecipeLoader.evaluation(recipe, 1));
        try (BatchStream<TestBatch> stream = loader.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope()) {
                    TestBatch batch = stream.next();
                    ImageEntry entry = batch.sample().entry();
                    scores.add(entry, batch.sample().truths(), found(batch.scales(), entry));
                }
            }
        }
        return scores;
    }

    private List<Detection> found(List<TestBatch.Scale> scales, ImageEntry entry) {
        try (NoGrad off = new NoGrad();
                Precision.Scope cast =
                        RecipePlan.precision(recipe.run().precision()).open()) {
            return finder.find(scales, new Size(entry.height(), entry.width()));
        }
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal((model.findsMasks() ? DetectionScores.MASKS : DetectionScores.BOXES) + "AP", true));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        DetectionSheet sheet = new DetectionSheet(classNames);
        for (var sample : RecipeLoader.spread(val, views.detectEval(recipe.inference()), PICTURES)) {
            List<TestBatch.Scale> scales = sample.seen().scales().stream()
                    .map(each -> TestBatch.Scale.of(each, padded.padding()))
                    .toList();
            sheet.add(
                    sample.name(),
                    Pixels.of(sample.original().image()),
                    sample.seen().truths(),
                    found(scales, sample.seen().entry()));
        }
        return List.of(pictures.write("detection", step, sheet.draw(), "images after step " + step));
    }

    @Override
    public List<String> leftOut() {
        return data.leftOut();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
