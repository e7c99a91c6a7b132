package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.BatchStream;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Loader;
import dev.fovea.data.MaskBatch;
import dev.fovea.data.Masked;
import dev.fovea.data.Rng;
import dev.fovea.data.ScalesBatch;
import dev.fovea.data.Source;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.eval.Decomposition;
import dev.fovea.eval.MeanIou;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.report.Pictures;
import dev.fovea.report.Pixels;
import dev.fovea.report.SegmentationSheet;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Semantic segmentation, trained on crops and measured on whole images (mmsegmentation 0.x). */
final class SegmentTask implements Task<MaskBatch> {
    private static final int PICTURES = 6;
    private static final int AT_ONCE = 8;

    private final SegmentRecipe recipe;
    private final RecipeViews views;
    private final Source<Masked<Image>> val;
    private final List<String> classNames;
    private final SegmentationModel model;
    private final Segmenter segmenter;
    private final Loader<MaskBatch> batches;
    private final Optimizer optimizer;

    SegmentTask(SegmentRecipe recipe) throws IOException {
        this.recipe = recipe;
        RecipeData data = new RecipeData(recipe.data());
        views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        Source<Masked<Image>> train = data.masked(Split.TRAIN);
        val = data.masked(Split.VAL);
        classNames = data.classNames(train);
        batches = Loader.of(train, views.segment(recipe.augment()), MaskBatch::collate, RecipeLoader.training(recipe));
        model = RecipeSegmentation.of(recipe, classNames.size());
        segmenter = new Segmenter(model, recipe);
        optimizer = RecipeOptimizer.of(
                recipe.optimizer(), model, model.backbone(), RecipeSegmentation.countedAsStem(recipe.head()));
    }

    @Override
    public String name() {
        return "segment";
    }

    @Override
    public SegmentationModel model() {
        return model;
    }

    @Override
    public Loader<MaskBatch> batches() {
        return batches;
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Losses losses(MaskBatch batch, Rng rng) {
        return model.losses(batch.images(), batch.masks());
    }

    @Override
    public Map<String, Double> evaluate() {
        MeanIou score = new MeanIou(classNames.size());
        measure((scales, masks) -> score.add(classes(scales, sizeOf(masks)), masks));
        return score.values();
    }

    /** What is in an image, and where it is, each by itself: {@link Decomposition}. */
    Map<String, Double> decompose() {
        Decomposition parts = new Decomposition(classNames.size());
        measure((scales, masks) -> {
            try (NoGrad off = new NoGrad();
                    Precision.Scope cast =
                            RecipePlan.precision(recipe.run().precision()).open()) {
                parts.add(segmenter.probabilities(scales, sizeOf(masks)), masks);
            }
        });
        return parts.values();
    }

    /** Shows all validation images at the recipe's scales, with their masks. */
    private void measure(BiConsumer<List<Tensor>, Tensor> each) {
        Loader<ScalesBatch> loader =
                Loader.of(val, views.segmentEval(recipe), ScalesBatch::collate, RecipeLoader.evaluation(recipe, 1));
        try (BatchStream<ScalesBatch> stream = loader.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope()) {
                    sameSizes(stream).values().forEach(group -> show(group, each));
                }
            }
        }
    }

    private static Size sizeOf(Tensor masks) {
        return new Size((int) masks.size(1), (int) masks.size(2));
    }

    /** Images may differ in size, and so may an image from its mask; those that do not go through the model at once. */
    private static Map<String, List<ScalesBatch>> sameSizes(BatchStream<ScalesBatch> stream) {
        Map<String, List<ScalesBatch>> groups = new LinkedHashMap<>();
        for (int i = 0; i < AT_ONCE && stream.hasNext(); i++) {
            ScalesBatch one = stream.next();
            String sizes = Shapes.text(one.images()) + " " + Shapes.text(one.masks());
            groups.computeIfAbsent(sizes, key -> new ArrayList<>()).add(one);
        }
        return groups;
    }

    private static void show(List<ScalesBatch> group, BiConsumer<List<Tensor>, Tensor> each) {
        List<Tensor> scales = new ArrayList<>();
        for (int i = 0; i < group.get(0).scales().size(); i++) {
            int scale = i;
            scales.add(Tensors.cat(
                    0, group.stream().map(one -> one.scales().get(scale)).toList()));
        }
        Tensor masks = Tensors.cat(0, group.stream().map(ScalesBatch::masks).toList());
        each.accept(scales, masks);
    }

    private Tensor classes(List<Tensor> scales, Size size) {
        try (NoGrad off = new NoGrad();
                Precision.Scope cast =
                        RecipePlan.precision(recipe.run().precision()).open()) {
            return segmenter.classes(scales, size);
        }
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal("mIoU", true));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        SegmentationSheet sheet = new SegmentationSheet(classNames);
        for (var sample : RecipeLoader.spread(val, views.segmentEval(recipe), PICTURES)) {
            Image image = sample.original().image();
            List<Tensor> scales =
                    sample.seen().image().stream().map(FloatImage::alone).toList();
            LabelMap predicted = Pixels.labels(
                    classes(scales, new Size(image.height(), image.width())).select(0, 0));
            sheet.add(sample.name(), Pixels.of(image), sample.original().mask(), predicted);
        }
        return List.of(pictures.write("segmentation", step, sheet.draw(), "images after step " + step));
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }
}
