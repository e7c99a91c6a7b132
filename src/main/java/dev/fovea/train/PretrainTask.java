package dev.fovea.train;

import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Size;
import dev.fovea.data.BatchStream;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.Labelled;
import dev.fovea.data.Loader;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.data.Subset;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.eval.Features;
import dev.fovea.eval.KnnProbe;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.Reconstructs;
import dev.fovea.pretrain.Tokenizes;
import dev.fovea.recipe.PretrainAugment;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.report.Pictures;
import dev.fovea.report.ReconstructionSheet;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Self-supervised pre-training. It is measured by its loss on held-out images and, where images have labels, by kNN. */
final class PretrainTask implements Task<ImageBatch> {
    private static final int PICTURES = 8;
    private static final int TOKENIZED = 64;
    private static final int MOST_LOSS_IMAGES = 512;
    private static final int MOST_KNN_TRAIN = 10_000;
    private static final int MOST_KNN_VAL = 2_000;
    /** Steps are counted from 0, so that these draws are no training step's. */
    private static final long EVALUATION_DRAWS = -2;

    private final PretrainRecipe recipe;
    private final RecipeData data;
    private final RecipeViews views;
    private final PretrainModel model;
    private final Loader<ImageBatch> batches;
    private final Optimizer optimizer;
    private final boolean measuresNeighbours;

    PretrainTask(PretrainRecipe recipe) throws IOException {
        this.recipe = recipe;
        data = new RecipeData(recipe.data());
        views = new RecipeViews(recipe.backbone().imageSize(), recipe.data());
        batches = Loader.of(
                data.images(Split.TRAIN),
                views.pretrain((PretrainAugment) recipe.augment()),
                ImageBatch::collate,
                RecipeLoader.training(recipe));
        model = RecipeModel.pretrain(recipe);
        optimizer = RecipeOptimizer.of(recipe.optimizer(), model, model.backbone());
        measuresNeighbours = data.hasVal() && recipe.run().evalEvery().isPresent() && data.hasLabels();
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
        long perEpoch = batches.batchesPerEpoch() / recipe.run().accumulation();
        if ((step + 1) % perEpoch == 0) {
            model.afterEpoch();
        }
    }

    @Override
    public Loader<ImageBatch> batches() {
        return batches;
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Losses losses(ImageBatch batch, Rng rng) {
        return model.losses(batch.images());
    }

    @Override
    public Map<String, Double> evaluate() throws IOException {
        Map<String, Double> scores = new LinkedHashMap<>();
        if (data.hasVal()) {
            scores.putAll(heldOut());
            if (measuresNeighbours) {
                scores.put("knn", knn());
            }
        }
        return scores;
    }

    @Override
    public BadAnnotations leftOut(Split split) {
        return data.leftOut(split);
    }

    @Override
    public Optional<Goal> goal() {
        if (!data.hasVal()) {
            return Optional.empty();
        }
        return Optional.of(measuresNeighbours ? new Goal("knn", true) : new Goal("loss", false));
    }

    /** The loss on held-out images; of a tokenizer also the cosine of what it rebuilds, and the share of codes in use. */
    private Map<String, Double> heldOut() throws IOException {
        Source<Image> val = Subset.atMost(data.images(Split.VAL), MOST_LOSS_IMAGES);
        Loader<ImageBatch> loader = Loader.of(
                val,
                centre(),
                ImageBatch::collate,
                RecipeLoader.evaluation(recipe, recipe.run().micro()));
        Draws.seed(recipe.run().seed(), EVALUATION_DRAWS);
        Map<String, Double> sums = new LinkedHashMap<>();
        long[] count = {0};
        try (BatchStream<ImageBatch> stream = loader.epoch(0)) {
            while (stream.hasNext()) {
                try (PointerScope scope = new PointerScope();
                        Precision.Scope cast = precision().open()) {
                    ImageBatch batch = stream.next();
                    Tensor loss = model.losses(batch.images()).total();
                    sums.merge("loss", batch.size() * Tensors.item(loss), Double::sum);
                    if (model instanceof Tokenizes it) {
                        Tensor cosine = it.similarity(batch.images()).mean();
                        sums.merge("cosine", batch.size() * Tensors.item(cosine), Double::sum);
                    }
                    count[0] += batch.size();
                }
            }
        }
        sums.replaceAll((name, sum) -> sum / count[0]);
        if (model instanceof Tokenizes it) {
            sums.put("codes_used", share(it.usage()));
        }
        return sums;
    }

    /** The share of codes that were chosen at all. */
    private static double share(Tensor usage) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.item(usage.gt(new Scalar(0)).to(ScalarType.Double).mean());
        }
    }

    private double knn() throws IOException {
        FeatureExtractor extractor = new FeatureExtractor(
                model.backbone(),
                Pooling.MEAN,
                centre(),
                RecipeLoader.evaluation(recipe, recipe.run().micro()),
                precision());
        Source<Labelled<Image>> train = data.labelled(Split.TRAIN);
        Features known = extractor.extract(Subset.atMost(train, MOST_KNN_TRAIN)).features();
        Features asked = extractor
                .extract(Subset.atMost(data.labelled(Split.VAL), MOST_KNN_VAL))
                .features();
        int k = (int) Math.min(KnnProbe.DINO.k(), known.count());
        KnnProbe probe = new KnnProbe(k, KnnProbe.DINO.temperature(), KnnProbe.DINO.vote());
        return probe.evaluate(known, asked, data.classNames(train).size()).get("acc1");
    }

    private SampleTransform<Image, FloatImage> centre() {
        return views.centre(1);
    }

    private Precision precision() {
        return RecipePlan.precision(recipe.run().precision());
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) throws IOException {
        boolean tokenizes = model instanceof Tokenizes;
        if (!tokenizes && !(model instanceof Reconstructs)) {
            return List.of();
        }
        Source<Image> source = data.images(data.hasVal() ? Split.VAL : Split.TRAIN);
        var samples = RecipeLoader.spread(source, centre(), tokenizes ? TOKENIZED : PICTURES);
        if (samples.isEmpty()) {
            return List.of();
        }
        ImageBatch batch = ImageBatch.collate(
                samples.stream().map(RecipeLoader.Sample::seen).toList(),
                samples.stream().map(RecipeLoader.Sample::name).toList());
        if (model instanceof Tokenizes it) {
            Size grid =
                    recipe.backbone().imageSize().dividedBy(recipe.backbone().tokenStride());
            return new TokenizerPictures(it, views.normalize(), grid)
                    .draw(batch, recipe.run().micro(), pictures, step);
        }
        Reconstructs reconstructs = (Reconstructs) model;
        Draws.seed(recipe.run().seed(), EVALUATION_DRAWS);
        var reconstruction = reconstructs.reconstruct(batch.images(), reconstructs.drawMask(batch.size()));
        var sheet = ReconstructionSheet.draw(batch.images(), reconstruction, views.normalize(), List.of());
        return List.of(pictures.write("reconstruction", step, sheet, "reconstructions after step " + step));
    }
}
