package dev.fovea.apply;

import dev.fovea.data.Image;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Source;
import dev.fovea.data.ViewBatch;
import dev.fovea.data.augment.MultiView;
import dev.fovea.nn.Draws;
import dev.fovea.pretrain.LocatesViews;
import dev.fovea.recipe.MultiViewAugment;
import dev.fovea.recipe.PretrainRecipe;
import dev.fovea.report.PositionSheet;
import dev.fovea.tensor.NoGrad;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;

/** Shows where a network that fovea trained takes the patches of a view to lie in another view of the same image. */
public final class Positions {
    private final LocatesViews model;
    private final MultiView views;

    public Positions(TrainedModel trained) {
        if (!(trained.model() instanceof LocatesViews locates)) {
            throw new IllegalArgumentException("the run %s trained nothing that locates views"
                    .formatted(trained.recipe().name()));
        }
        PretrainRecipe recipe = (PretrainRecipe) trained.recipe();
        model = locates;
        views = trained.views()
                .several((MultiViewAugment) recipe.augment(), recipe.backbone().tokenStride());
    }

    /** @param run the folder of a pre-training run, a checkpoint or a model file */
    public static Positions open(Path run) {
        return new Positions(TrainedModel.open(run));
    }

    /**
     * Reference, query, its patches where they belong and where they were placed, an image a row.
     *
     * @param seed decides the views, and what of the reference is shown
     */
    public BufferedImage draw(Source<Image> images, long seed) {
        LoaderOptions options =
                LoaderOptions.evaluation(images.size()).withMaxBadShare(1).withSeed(seed);
        var loader = Loader.of(images, views, ViewBatch::collate, options);
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad();
                var batches = loader.epoch(0)) {
            if (!batches.hasNext()) {
                throw new IllegalArgumentException("not one image could be decoded");
            }
            ViewBatch batch = batches.next();
            Draws.seed(seed, 0);
            var placement = model.place(batch)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "this run was trained to name boxes, so that it places no single patch"));
            return PositionSheet.draw(batch.images(), placement, views.normalize(), batch.names());
        }
    }
}
