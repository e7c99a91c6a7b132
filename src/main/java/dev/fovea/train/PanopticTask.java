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
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.TestBatch;
import dev.fovea.data.source.PanopticClasses;
import dev.fovea.dense.detect.query.Mask2FormerDetector;
import dev.fovea.eval.PanopticQuality;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.report.Pictures;
import dev.fovea.report.Pixels;
import dev.fovea.report.SegmentSheet;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/** Panoptic segmentation, trained on views of images and measured on whole ones. */
final class PanopticTask implements Task<ObjectBatch> {
    private static final int PICTURES = 6;
    private static final String QUALITY = "PQ";

    private final PanopticRecipe recipe;
    private final RecipeViews views;
    private final RecipeData data;
    private final PanopticClasses classes;
    private final Mask2FormerDetector model;
    private final SegmentFinder finder;
    private final Source<Annotated<Image>> val;
    private final ObjectTraining training;
    private final Optimizer optimizer;

    PanopticTask(PanopticRecipe recipe) {
        this.recipe = recipe;
        data = new RecipeData(recipe.data());
        views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        classes = data.segmentClasses();
        model = RecipeModel.panoptic(recipe, classes.count());
        model.setThings(classes.thingFlags());
        finder = new SegmentFinder(model, recipe.inference(), recipe.padding());
        val = data.segments(Split.VAL);
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
            if (!Double.isNaN(quality.pq(k))) {
                values.put(QUALITY + "." + classes.names().get(k), quality.pq(k));
            }
        }
        return values;
    }

    private PanopticQuality measured() {
        PanopticQuality quality = new PanopticQuality(classes.thingFlags());
        Loader<TestBatch> loader = Loader.of(
                val,
                views.panopticEval(recipe.inference()),
                TestBatch.collate(finder.padding()),
                RecipeLoader.evaluation(recipe, 1));
        try (BatchStream<TestBatch> stream = loader.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope()) {
                    TestBatch batch = stream.next();
                    ImageEntry entry = batch.sample().entry();
                    Panoptic truth = Panoptic.of(
                            entry.height(), entry.width(), batch.sample().truths());
                    quality.add(cut(batch.scales().get(0), entry), truth);
                }
            }
        }
        return quality;
    }

    private Panoptic cut(TestBatch.Scale image, ImageEntry entry) {
        try (NoGrad off = new NoGrad();
                Precision.Scope cast =
                        RecipePlan.precision(recipe.run().precision()).open()) {
            return finder.cut(image, new Size(entry.height(), entry.width()));
        }
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal(QUALITY, true));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        SegmentSheet sheet = new SegmentSheet(classes.names());
        for (var sample : RecipeLoader.spread(val, views.panopticEval(recipe.inference()), PICTURES)) {
            ImageEntry entry = sample.seen().entry();
            TestBatch.Scale image = TestBatch.Scale.of(sample.seen().scales().get(0), finder.padding());
            sheet.add(
                    sample.name(),
                    Pixels.of(sample.original().image()),
                    Panoptic.of(entry.height(), entry.width(), sample.seen().truths()),
                    cut(image, entry));
        }
        return List.of(pictures.write("segments", step, sheet.draw(), "images after step " + step));
    }

    @Override
    public List<String> leftOut() {
        return data.leftOut();
    }

    @Override
    public List<String> classNames() {
        return classes.names();
    }
}
