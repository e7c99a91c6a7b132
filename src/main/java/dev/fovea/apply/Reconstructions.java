package dev.fovea.apply;

import dev.fovea.data.Image;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Source;
import dev.fovea.nn.Draws;
import dev.fovea.pretrain.Reconstructs;
import dev.fovea.report.ReconstructionSheet;
import dev.fovea.tensor.NoGrad;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;

/** Shows what a masked autoencoder that fovea trained makes of images of which it sees a part. */
public final class Reconstructions {
    private static final double WHOLE_SQUARE = 1;

    private final TrainedModel trained;
    private final Reconstructs model;

    public Reconstructions(TrainedModel trained) {
        this.trained = trained;
        if (!(trained.model() instanceof Reconstructs reconstructs)) {
            throw new IllegalArgumentException("the run %s trained nothing that reconstructs images"
                    .formatted(trained.recipe().name()));
        }
        model = reconstructs;
    }

    /** @param run the folder of a pre-training run, a checkpoint or a model file */
    public static Reconstructions open(Path run) {
        return new Reconstructions(TrainedModel.open(run));
    }

    /**
     * Input, visible part, prediction, and both together, an image a row.
     *
     * @param seed decides the masks
     */
    public BufferedImage draw(Source<Image> images, long seed) {
        LoaderOptions options = LoaderOptions.evaluation(images.size()).withMaxBadShare(1);
        var loader = Loader.of(images, trained.views().centre(WHOLE_SQUARE), ImageBatch::collate, options);
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad();
                var batches = loader.epoch(0)) {
            if (!batches.hasNext()) {
                throw new IllegalArgumentException("not one image could be decoded");
            }
            ImageBatch batch = batches.next();
            Draws.seed(seed, 0);
            var reconstruction = model.reconstruct(batch.images(), model.drawMask(batch.size()));
            return ReconstructionSheet.draw(
                    batch.images(), reconstruction, trained.views().normalize(), batch.names());
        }
    }
}
