package dev.fovea.train;

import dev.fovea.backbone.PosEmbed;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.VitSpec;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.Labelled;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Rng;
import dev.fovea.data.augment.Flip;
import dev.fovea.data.augment.Normalize;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.WeightDecay;
import dev.fovea.pretrain.PixelDecoder;
import dev.fovea.pretrain.PixelLoss;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.pretrain.mae.MaeSpec;
import dev.fovea.report.Pictures;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A pre-training run of milliseconds: MAE, 16 wide, on 32-pixel images. */
final class TinyPretraining implements Task<ImageBatch> {
    private static final int SIDE = 32;

    private final PretrainModel model;
    private final Loader<ImageBatch> batches;
    private final Optimizer optimizer;
    private final List<String> stepsMade = new ArrayList<>();
    private double lossFactor = 1;

    TinyPretraining(int images, int microBatch) {
        torch.set_num_threads(1); // tiny work is faster so, above all when other tests run beside it
        Draws.seed(3, 0);
        VitSpec vit = new VitSpec(Size.square(SIDE), 8, 16, 2, 2, 2, 0, true, PosEmbed.SINCOS, List.of());
        model = new MaeSpec(0.5, new PixelDecoder.Spec(16, 1, 2, 2), true, PixelLoss.MSE).build(vit);
        batches = Loader.of(
                new TinyImages(images, SIDE, 0).map(Labelled::image),
                new Flip(0.5).andThen(Normalize.IMAGENET),
                ImageBatch::collate,
                LoaderOptions.training(microBatch, 5));
        optimizer = new AdamW(
                ParamGroups.uniform(model.parametersByName(), WeightDecay.pretrain(0.05)), AdamW.Options.PRETRAIN);
    }

    static Plan plan(long steps, int batch, int accumulate) {
        return new Plan(
                steps,
                batch,
                accumulate,
                new Schedule.HalfCosine(1e-2, 0, 2, steps),
                Double.POSITIVE_INFINITY,
                0.9,
                Precision.FP32,
                false,
                11,
                new Cadence(1, 4, 0, 1, 2));
    }

    void multiplyLossBy(double factor) {
        lossFactor = factor;
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
    public Loader<ImageBatch> batches() {
        return batches;
    }

    @Override
    public Optimizer optimizer() {
        return optimizer;
    }

    @Override
    public Losses losses(ImageBatch batch, Rng rng) {
        Losses losses = model.losses(batch.images());
        return new Losses(losses.total().mul(new Scalar(lossFactor)), losses.parts());
    }

    @Override
    public void afterStep(long step, long steps) {
        stepsMade.add(step + " of " + steps);
    }

    List<String> stepsMade() {
        return stepsMade;
    }

    @Override
    public Map<String, Double> evaluate() {
        Tensor images = batches.epoch(0).next().images();
        Draws.seed(1, 0);
        return Map.of("valLoss", Tensors.item(model.losses(images).total()));
    }

    @Override
    public Optional<Goal> goal() {
        return Optional.of(new Goal("valLoss", false));
    }

    @Override
    public List<Path> pictures(Pictures pictures, long step) {
        return List.of();
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }
}
