package dev.fovea.apply;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.TokenMask;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Tap;
import dev.fovea.pretrain.Reconstructs;
import dev.fovea.report.AttentionSheet;
import dev.fovea.report.AttentionSheet.Gaze;
import dev.fovea.report.CompareReport;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * What a patch of an image looks at, in models beside each other: attention of the last layer of the encoder and of the
 * decoder behind it, the mean over heads. Models see the whole image, those that were trained on masked ones too.
 */
public final class AttentionMaps {
    private static final String ATTENTION = "attention";

    private AttentionMaps() {}

    /**
     * One row for each run.
     *
     * @param column of the patch in the first run's grid, from 0; where another run's grid differs, its patch at the same
     *     place is taken
     * @param row of the patch
     */
    public static BufferedImage draw(List<Path> runs, Path image, int column, int row) {
        AttentionSheet sheet = new AttentionSheet();
        List<String> names = CompareReport.names(runs);
        Size first = null;
        for (int i = 0; i < runs.size(); i++) {
            TrainedModel trained = TrainedModel.open(runs.get(i));
            Size grid = grid(trained.backbone());
            if (first == null) {
                first = grid;
                requireInside(column, row, first, names.get(i));
            }
            int x = (2 * column + 1) * grid.width() / (2 * first.width());
            int y = (2 * row + 1) * grid.height() / (2 * first.height());
            try (PointerScope scope = new PointerScope()) {
                Tensor pixels = OneImage.read(trained, image);
                BufferedImage picture =
                        Pixels.of(pixels.select(0, 0), trained.views().normalize());
                sheet.add(names.get(i), picture, gaze(trained, names.get(i), pixels, y * grid.width() + x));
            }
        }
        return sheet.draw();
    }

    private static void requireInside(int column, int row, Size grid, String run) {
        if (column < 0 || column >= grid.width() || row < 0 || row >= grid.height()) {
            throw new IllegalArgumentException("patch %d,%d is none of %s: it has columns 0 to %d and rows 0 to %d"
                    .formatted(column, row, run, grid.width() - 1, grid.height() - 1));
        }
    }

    private static Size grid(Backbone backbone) {
        return backbone.imageSize().dividedBy(backbone.tokenStride());
    }

    static Gaze gaze(TrainedModel trained, String name, Tensor image, int patch) {
        Size grid = grid(trained.backbone());
        int layers;
        float[] encoder;
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            trained.backbone().tokens(image);
            layers = tap.times(ATTENTION);
            if (layers == 0) {
                throw new IllegalArgumentException("%s has no attention in its encoder".formatted(name));
            }
            encoder = shares(tap.seen().get(ATTENTION), grid, patch, name);
        }
        return new Gaze(grid, patch, encoder, decoder(trained, name, image, patch, layers));
    }

    /** Attention that comes behind the encoder's; none where the model reconstructs nothing, or without attention. */
    private static Optional<float[]> decoder(TrainedModel trained, String name, Tensor image, int patch, int layers) {
        if (!(trained.model() instanceof Reconstructs model)) {
            return Optional.empty();
        }
        Size grid = grid(trained.backbone());
        Draws.seed(0, 0);
        try (NoGrad off = new NoGrad();
                Tap tap = Tap.open()) {
            model.reconstruct(image, TokenMask.nothingHidden(1, grid.area()));
            return tap.times(ATTENTION) > layers
                    ? Optional.of(shares(tap.seen().get(ATTENTION), grid, patch, name))
                    : Optional.empty();
        }
    }

    /** The row of a patch, without class tokens: {@code [1, heads, T + N, T + N] -> N} shares. */
    private static float[] shares(Tensor attention, Size grid, int patch, String name) {
        long prefix = attention.size(-1) - grid.area();
        if (prefix < 0) {
            throw new IllegalArgumentException("%s: attention of shape %s is not over the %d patches of its grid"
                    .formatted(name, Shapes.text(attention), grid.area()));
        }
        Tensor mean = attention.mean(1).select(0, 0); // [T + N, T + N]
        return Tensors.toFloats(mean.select(0, prefix + patch).narrow(0, prefix, grid.area()));
    }
}
