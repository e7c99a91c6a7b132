package dev.fovea.report;

import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.Reconstructs.Reconstruction;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What a masked autoencoder sees and says (the figure of He et al. 2022): input, visible part, prediction of every patch, and
 * the prediction with the visible patches put back.
 */
public final class ReconstructionSheet {
    private static final Color HIDDEN = new Color(0xb4bac4);
    private static final List<String> COLUMNS = List.of("input", "masked", "reconstruction", "with visible");

    private ReconstructionSheet() {}

    /**
     * @param images normalised, {@code [B, 3, H, W]}
     * @param names beside the rows, one per image, or none
     */
    public static BufferedImage draw(
            Tensor images, Reconstruction reconstruction, Normalize normalize, List<String> names) {
        Tensor hidden = reconstruction.hidden();
        if (!Shapes.same(images, reconstruction.predicted())) {
            throw new IllegalArgumentException("a reconstruction of shape %s does not fit images of shape %s"
                    .formatted(Shapes.text(reconstruction.predicted()), Shapes.text(images)));
        }
        Grid grid = new Grid(COLUMNS);
        for (long i = 0; i < images.size(0); i++) {
            Tensor image = images.select(0, i);
            Tensor predicted = reconstruction.predicted().select(0, i);
            Tensor mask = hidden.select(0, i);
            Tensor pasted = image.mul(mask.neg().add(new Scalar(1.0))).add(predicted.mul(mask));
            BufferedImage input = Pixels.of(image, normalize);
            grid.row(
                    names.isEmpty() ? "" : names.get((int) i),
                    List.of(
                            new Grid.Cell(input),
                            new Grid.Cell(covered(input, Tensors.toFloats(mask))),
                            new Grid.Cell(Pixels.of(predicted, normalize)),
                            new Grid.Cell(Pixels.of(pasted, normalize))));
        }
        return grid.draw();
    }

    private static BufferedImage covered(BufferedImage input, float[] hidden) {
        int width = input.getWidth();
        BufferedImage covered = new BufferedImage(width, input.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < hidden.length; i++) {
            int rgb = hidden[i] > 0 ? HIDDEN.getRGB() : input.getRGB(i % width, i / width);
            covered.setRGB(i % width, i / width, rgb);
        }
        return covered;
    }
}
