package dev.fovea.apply;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.report.CompareReport;
import dev.fovea.report.LevelSheet;
import dev.fovea.report.LevelSheet.Level;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The maps of a backbone that dense heads build on, in models beside each other: the first three principal components of
 * the cells of each map as red, green and blue.
 */
public final class PyramidLevels {
    private static final int COLOURS = 3;

    private PyramidLevels() {}

    /** One row for each run that was trained for dense prediction. */
    public static BufferedImage draw(List<Path> runs, Path image) {
        LevelSheet sheet = new LevelSheet();
        List<String> names = CompareReport.names(runs);
        for (int i = 0; i < runs.size(); i++) {
            TrainedModel trained = TrainedModel.open(runs.get(i));
            try (PointerScope scope = new PointerScope()) {
                Tensor pixels = OneImage.read(trained, image);
                BufferedImage picture =
                        Pixels.of(pixels.select(0, 0), trained.views().normalize());
                sheet.add(names.get(i), picture, levels(trained.backbone(), pixels));
            }
        }
        return sheet.draw();
    }

    /** The maps of one image {@code [1, 3, H, W]}, fine to coarse. */
    static List<Level> levels(Backbone backbone, Tensor image) {
        List<Level> levels = new ArrayList<>();
        try (NoGrad off = new NoGrad()) {
            Pyramid pyramid = backbone.pyramid(image);
            for (int i = 0; i < pyramid.maps().size(); i++) {
                Tensor map = pyramid.maps().get(i).select(0, 0); // [D, h, w]
                levels.add(level(pyramid.strides().get(i), map));
            }
        }
        return levels;
    }

    private static Level level(int stride, Tensor map) {
        Size size = new Size((int) map.size(1), (int) map.size(2));
        Tensor cells = map.flatten(1, 2).transpose(0, 1).to(ScalarType.Double); // [N, D]
        Tensor centred = cells.sub(cells.mean(0));
        Tensors.Pair decomposed = Tensors.pair(
                torch.linalg_eigh(centred.transpose(0, 1).matmul(centred).div(new Scalar(size.area()))));
        Tensor variances = decomposed.first().clamp_min(new Scalar(0)); // ascending
        long colours = Math.min(COLOURS, variances.size(0));
        Tensor axes = decomposed
                .second()
                .narrow(1, variances.size(0) - colours, colours)
                .flip(1); // [D, colours]
        double all = Tensors.item(variances.sum());
        double shown = Tensors.item(
                variances.narrow(0, variances.size(0) - colours, colours).sum());
        return new Level(stride, size, shares(centred.matmul(upright(axes))), all == 0 ? 1 : shown / all);
    }

    /** Directions whose largest entry is positive, so that equal maps have equal colours. */
    private static Tensor upright(Tensor axes) {
        Tensor largest = axes.gather(0, axes.abs().argmax(new LongOptional(0), true), false); // [1, colours]
        return axes.mul(largest.sign());
    }

    /** Each component between its smallest and its largest value, as 0 to 1: three a cell. */
    private static float[] shares(Tensor components) {
        long n = components.size(0), found = components.size(1);
        Tensor least = components.amin(new long[] {0}, true), most = components.amax(new long[] {0}, true);
        Tensor share = components.sub(least).div(most.sub(least).clamp_min(new Scalar(1e-12)));
        Tensor three = found == COLOURS
                ? share
                : Tensors.cat(1, share, torch.zeros(new long[] {n, COLOURS - found}, share.options()));
        return Tensors.toFloats(three);
    }
}
