package dev.fovea.dense.segment;

import dev.fovea.backbone.Size;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads images of any size through windows (mmseg encoder_decoder.py slide_inference): the last window of a row or
 * column is shifted back inside, and logits of overlapping windows are averaged.
 *
 * @param batch windows that go through the model at once
 * @param padsSmall whether images smaller than the window are padded with zeros, for backbones of one fixed size; else
 *     they make one smaller window, as in the reference
 */
public record SlidingWindow(Size crop, Size stride, int batch, boolean padsSmall) {
    public SlidingWindow {
        if (stride.height() > crop.height() || stride.width() > crop.width()) {
            throw new IllegalArgumentException(
                    "sliding-window stride %s is larger than the crop %s: pixels between would have no score"
                            .formatted(stride, crop));
        }
        if (batch < 1) {
            throw new IllegalArgumentException("sliding-window batch %d is not positive".formatted(batch));
        }
    }

    /** Upper left corner and size of one window. */
    record Window(int top, int left, int height, int width) {
        Tensor of(Tensor x) {
            return x.narrow(2, top, height).narrow(3, left, width);
        }
    }

    /**
     * Averaged logits of whole images: {@code [B, 3, H, W] -> [B, K, H, W]}.
     *
     * @param model gives logits at the resolution of its input
     */
    public Tensor logits(UnaryOperator<Tensor> model, Tensor images) {
        int height = (int) images.size(2), width = (int) images.size(3);
        Tensor padded = padsSmall ? padded(images) : images;
        List<Window> windows = windows((int) padded.size(2), (int) padded.size(3));
        Tensor sum = null;
        Tensor count = Tensors.zeros(1, 1, padded.size(2), padded.size(3));
        for (int from = 0; from < windows.size(); from += batch) {
            List<Window> some = windows.subList(from, Math.min(from + batch, windows.size()));
            Tensor scores = scores(model, padded, some); // [windows * B, K, h, w]
            if (sum == null) {
                sum = Tensors.zeros(images.size(0), scores.size(1), padded.size(2), padded.size(3));
            }
            for (int i = 0; i < some.size(); i++) {
                some.get(i).of(sum).add_(scores.narrow(0, i * images.size(0), images.size(0)));
                some.get(i).of(count).add_(new Scalar(1));
            }
        }
        return sum.div_(count).narrow(2, 0, height).narrow(3, 0, width);
    }

    /** What the model makes on its way is freed here: over all windows of some photos it would be gigabytes. */
    private static Tensor scores(UnaryOperator<Tensor> model, Tensor images, List<Window> windows) {
        try (Temporaries passing = new Temporaries()) {
            return passing.keep(checked(model.apply(crops(images, windows)), windows));
        }
    }

    /** Row by row, all of the same size. */
    List<Window> windows(int height, int width) {
        int h = Math.min(crop.height(), height), w = Math.min(crop.width(), width);
        List<Window> windows = new ArrayList<>();
        for (int row = 0; row < steps(height, crop.height(), stride.height()); row++) {
            for (int column = 0; column < steps(width, crop.width(), stride.width()); column++) {
                int top = Math.min(row * stride.height(), height - h);
                int left = Math.min(column * stride.width(), width - w);
                windows.add(new Window(top, left, h, w));
            }
        }
        return windows;
    }

    private static int steps(int size, int crop, int stride) {
        return Math.max(size - crop + stride - 1, 0) / stride + 1;
    }

    private static Tensor crops(Tensor images, List<Window> windows) {
        return Tensors.cat(0, windows.stream().map(window -> window.of(images)).toList());
    }

    private static Tensor checked(Tensor scores, List<Window> windows) {
        Window window = windows.get(0);
        if (scores.size(2) != window.height || scores.size(3) != window.width) {
            throw new IllegalArgumentException("the model gave scores %s for windows of %dx%d"
                    .formatted(Shapes.text(scores), window.height, window.width));
        }
        return scores;
    }

    private Tensor padded(Tensor images) {
        long below = Math.max(0, crop.height() - images.size(2));
        long right = Math.max(0, crop.width() - images.size(3));
        return below + right == 0 ? images : torch.constant_pad_nd(images, 0, right, 0, below);
    }
}
