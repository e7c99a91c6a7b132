package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.data.source.PanopticClasses;
import dev.fovea.dense.detect.query.Mask2FormerDetector;
import dev.fovea.eval.PanopticQuality;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.report.Pictures;
import dev.fovea.report.SegmentSheet;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Panoptic segmentation, trained on views of images and measured on whole ones. */
final class PanopticTask implements Task<ObjectBatch> {
    private static final String QUALITY = "PQ";

    private final RecipeData data;
    private final PanopticClasses classes;
    private final Mask2FormerDetector model;
    private final SegmentFinder finder;
    private final WholeImages val;
    private final ObjectTraining training;
    private final Optimizer optimizer;

    PanopticTask(PanopticRecipe recipe) {
        data = new RecipeData(recipe.data());
        RecipeViews views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        classes = data.segmentClasses();
        model = RecipeModel.panoptic(recipe, classes.count());
        model.setThings(classes.thingFlags());
        finder = new SegmentFinder(model, recipe.inference(), recipe.padding());
        val = new WholeImages(
                data.segments(Split.VAL), views.panopticEval(recipe.inference()), finder.padding(), recipe);
        training = ObjectTraining.of(
                model,
                new Padded(recipe.padding()),
                data.segments(Split.TRAIN),
                views.detect(recipe.augment(), true),
                RecipeLoader.training(recipe),
                recipe.grouped());
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
    }

    @Override
    public String name() {
        return "panoptic";
    }

    @Override
    public Mask2FormerDetector model() {
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
        return measured().values();
    }

    @Override
    public Map<String, Double> evaluateInFull() {
        PanopticQuality quality = measured();
        Map<String, Double> values = quality.values();
        for (int k = 0; k < classes.count(); k++) {
            values.put(QUALITY + "." + classes.names().get(k), quality.pq(k));
        }
        return values;
    }

    private PanopticQuality measured() {
        PanopticQuality quality = new PanopticQuality(classes.thingFlags());
        val.each((scales, entry, truths) -> quality.add(cut(scales, entry), truth(entry, truths)));
        return quality;
    }

    private Panoptic cut(List<TestBatch.Scale> scales, ImageEntry entry) {
        return finder.cut(scales.get(0), new Size(entry.height(), entry.width()));
    }

    private static Panoptic truth(ImageEntry entry, List<Instance> segments) {
        return Panoptic.of(entry.height(), entry.width(), segments);
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal(QUALITY, true));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        SegmentSheet sheet = new SegmentSheet(classes.names());
        val.some((name, image, scales, sample) ->
                sheet.add(name, image, truth(sample.entry(), sample.truths()), cut(scales, sample.entry())));
        return List.of(pictures.write("segments", step, sheet.draw(), "images after step " + step));
    }

    @Override
    public BadAnnotations leftOut(Split split) {
        return data.leftOut(split);
    }

    @Override
    public List<String> classNames() {
        return classes.names();
    }
}
