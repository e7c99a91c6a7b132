package dev.fovea.apply;

import dev.fovea.backbone.Size;
import dev.fovea.dense.adapter.VitAdapter;
import dev.fovea.nn.Tap;
import dev.fovea.report.Pixels;
import dev.fovea.report.SamplingSheet;
import dev.fovea.report.SamplingSheet.Points;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Where the deformable attention of a ViT-Adapter looks from one place of an image: the token there into the spatial prior
 * (injectors), the cell of the same stride there into the tokens (extractors), for each interaction.
 */
public final class SamplingPoints {
    private SamplingPoints() {}

    /**
     * One row for each interaction.
     *
     * @param run a segmentation run over a ViT-Adapter
     * @param x column of a pixel of the image as the model sees it
     * @param y its row
     */
    public static BufferedImage draw(Path run, Path image, int x, int y) {
        TrainedModel trained = TrainedModel.open(run);
        if (!(trained.backbone() instanceof VitAdapter adapter)) {
            throw new IllegalArgumentException(
                    "%s has no deformable attention in its backbone: it is no vit-adapter".formatted(run));
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor pixels = OneImage.read(trained, image);
            BufferedImage picture =
                    Pixels.of(pixels.select(0, 0), trained.views().normalize());
            return new SamplingSheet(picture, x, y)
                    .rows(interactions(adapter, pixels, x, y))
                    .draw();
        }
    }

    /** What the interactions look at, from the token that holds a pixel. */
    static List<SamplingSheet.Interaction> interactions(VitAdapter adapter, Tensor image, int x, int y) {
        int stride = adapter.tokenStride();
        Size shown = new Size((int) image.size(2), (int) image.size(3)), read = adapter.filledUp(shown);
        Size grid = read.dividedBy(stride);
        double[] scale = {(double) read.width() / shown.width(), (double) read.height() / shown.height()};
        if (x < 0 || y < 0 || x >= image.size(3) || y >= image.size(2)) {
            throw new IllegalArgumentException(
                    "point %d,%d is none of the image that the model sees: it has %d x %d pixels"
                            .formatted(x, y, image.size(3), image.size(2)));
        }
        int token = y / stride * grid.width() + x / stride, finer = 4 * grid.area();
        List<SamplingSheet.Interaction> interactions = new ArrayList<>();
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            adapter.pyramid(image);
            for (int i = 0; i < adapter.interactionCount(); i++) {
                String name = "interactions.%d.".formatted(i);
                interactions.add(new SamplingSheet.Interaction(
                        points(tap.seen(), name + "injector", token, scale),
                        points(tap.seen(), name + "extractor", finer + token, scale)));
            }
        }
        if (interactions.stream()
                .allMatch(i -> i.injector().isEmpty() && i.extractor().isEmpty())) {
            throw new IllegalArgumentException("this vit-adapter has no deformable attention: nothing is sampled");
        }
        return interactions;
    }

    /**
     * The points of one query, all heads and levels; none where a part is missing or looks everywhere.
     *
     * @param scale from shares of what the network reads to shares of the image, across and down
     */
    private static Optional<Points> points(Map<String, Tensor> seen, String part, int query, double[] scale) {
        Tensor places = seen.get(part + ".sampling_places"), weights = seen.get(part + ".sampling_weights");
        if (places == null) {
            return Optional.empty();
        }
        Tensor own = places.select(0, 0).select(0, query); // [heads, L, points, 2]
        return Optional.of(new Points(
                (int) own.size(1),
                (int) own.size(2),
                Tensors.toFloats(own.select(3, 0).mul(new Scalar(scale[0]))),
                Tensors.toFloats(own.select(3, 1).mul(new Scalar(scale[1]))),
                Tensors.toFloats(weights.select(0, 0).select(0, query))));
    }
}
