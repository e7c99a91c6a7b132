package dev.fovea.dense.detect.roi;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.instance.RunList;
import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Puts the masks of boxes into an image (mmdet mask_heads/fcn_mask_head.py _do_paste_mask): bilinear at the centres of the
 * image's pixels, nothing outside the box, and of the object where a threshold is reached. Written as run lengths column
 * by column, so that only the pixels of the box are looked at.
 */
public final class MaskPaste {
    private final Size image;
    private final float threshold;

    public MaskPaste(Size image, double threshold) {
        this.image = image;
        this.threshold = (float) threshold;
    }

    /**
     * @param masks probabilities, {@code [N, m, m]}
     * @param boxes {@code [N, 4]} in pixels of the image
     */
    public List<Rle> paste(Tensor masks, Tensor boxes) {
        return Stopwatch.time("results", () -> pasted(masks, boxes));
    }

    private List<Rle> pasted(Tensor masks, Tensor boxes) {
        int n = (int) masks.size(0), m = (int) masks.size(1);
        float[] values = Tensors.toFloats(masks), sides = Tensors.toFloats(boxes);
        List<Rle> pasted = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            Axis across = new Axis(sides[4 * i], sides[4 * i + 2], m, image.width());
            Axis down = new Axis(sides[4 * i + 1], sides[4 * i + 3], m, image.height());
            pasted.add(paste(values, i * m * m, m, across, down));
        }
        return pasted;
    }

    private Rle paste(float[] values, int from, int m, Axis across, Axis down) {
        RunList runs = new RunList();
        runs.add(across.first * image.height(), false);
        float[] column = new float[m];
        for (int x = across.first; x < across.end; x++) {
            for (int row = 0; row < m; row++) {
                column[row] = across.at(x, values, from + row * m);
            }
            runs.add(down.first, false);
            for (int y = down.first; y < down.end; y++) {
                runs.add(1, down.at(y, column, 0) >= threshold);
            }
            runs.add(image.height() - down.end, false);
        }
        runs.add((image.width() - across.end) * image.height(), false);
        return new Rle(image.height(), image.width(), runs.counts());
    }

    /** Which pixels of the image a box touches along one axis, and where in its mask they lie. */
    private static final class Axis {
        final int first;
        final int end;
        private final float low;
        private final float length;
        private final int cells;

        Axis(float low, float high, int cells, int pixels) {
            this.low = low;
            this.length = high - low;
            this.cells = cells;
            first = Math.min(pixels, Math.max(0, (int) Math.floor(low) - 1));
            end = Math.max(first, Math.min(pixels, (int) Math.ceil(high) + 1));
        }

        /** The value at the centre of a pixel, between two of the {@code cells} values. */
        float at(int pixel, float[] values, int from) {
            float share = (pixel + 0.5f - low) / length * 2 - 1; // -1 to 1 within the box, as grid_sample has it
            float place = Float.isFinite(share) ? ((share + 1) * cells - 1) / 2 : (cells - 1) / 2f;
            int below = (int) Math.floor(place);
            float rest = place - below;
            float a = below >= 0 && below < cells ? values[from + below] : 0;
            float b = below + 1 >= 0 && below + 1 < cells ? values[from + below + 1] : 0;
            return a * (1 - rest) + b * rest;
        }
    }
}
