package dev.fovea.data.augment;

import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/** {@code [H, W, 3]} bytes to {@code [3, H, W]} floats: {@code (value / 255 - mean) / std} per channel. */
public final class Normalize implements SampleTransform<Image, FloatImage> {
    public static final Normalize IMAGENET = new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    /** What CLIP was trained with (openai/CLIP clip.py). */
    public static final Normalize CLIP =
            new Normalize(List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711));

    private static final int VALUES = 256;

    private final List<Double> mean;
    private final List<Double> std;
    /** The result for each channel and byte: at most 768 different values exist. */
    private final float[][] table = new float[Image.CHANNELS][VALUES];

    public Normalize(List<Double> mean, List<Double> std) {
        if (mean.size() != Image.CHANNELS
                || std.size() != Image.CHANNELS
                || std.stream().anyMatch(s -> !(s > 0))) {
            throw new IllegalArgumentException(
                    "normalize needs 3 means and 3 positive deviations, not mean %s std %s".formatted(mean, std));
        }
        this.mean = List.copyOf(mean);
        this.std = List.copyOf(std);
        for (int c = 0; c < Image.CHANNELS; c++) {
            for (int v = 0; v < VALUES; v++) {
                table[c][v] = (v / 255f - mean.get(c).floatValue()) / std.get(c).floatValue();
            }
        }
    }

    public List<Double> mean() {
        return mean;
    }

    public List<Double> std() {
        return std;
    }

    @Override
    public FloatImage apply(Image image, Rng rng) {
        return of(image);
    }

    public FloatImage of(Image image) {
        int plane = image.width() * image.height();
        float[] chw = new float[Image.CHANNELS * plane];
        byte[] rgb = image.rgb();
        float[] red = table[0], green = table[1], blue = table[2];
        for (int i = 0, p = 0; i < plane; i++, p += Image.CHANNELS) {
            chw[i] = red[rgb[p] & 0xFF];
            chw[plane + i] = green[rgb[p + 1] & 0xFF];
            chw[2 * plane + i] = blue[rgb[p + 2] & 0xFF];
        }
        return new FloatImage(Image.CHANNELS, image.height(), image.width(), chw);
    }

    /** The same for values that are 0 to 1 already. */
    public FloatImage ofUnit(FloatImage image) {
        int plane = image.width() * image.height();
        float[] chw = new float[image.chw().length];
        for (int c = 0; c < Image.CHANNELS; c++) {
            float centre = mean.get(c).floatValue(), spread = std.get(c).floatValue();
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                chw[i] = (image.chw()[i] - centre) / spread;
            }
        }
        return new FloatImage(Image.CHANNELS, image.height(), image.width(), chw);
    }

    /** Pixels in [0, 1] to normalised ones: {@code [B, 3, H, W] -> [B, 3, H, W]}. */
    public Tensor of(Tensor pixels) {
        return pixels.sub(column(mean)).div(column(std));
    }

    /** Normalised pixels back to [0, 1]; what interpolation has thrown beyond is clipped. */
    public Tensor undo(Tensor normalised) {
        return normalised
                .mul(column(std))
                .add(column(mean))
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(1.0)));
    }

    private static Tensor column(List<Double> perChannel) {
        float[] values = new float[Image.CHANNELS];
        for (int c = 0; c < values.length; c++) {
            values[c] = perChannel.get(c).floatValue();
        }
        return Tensors.of(values, Image.CHANNELS, 1, 1);
    }

    /** Back to bytes, rounded and clipped: the inverse of {@link #of} on its own results. */
    public Image undo(FloatImage image) {
        int plane = image.width() * image.height();
        byte[] rgb = new byte[Image.CHANNELS * plane];
        for (int c = 0; c < Image.CHANNELS; c++) {
            for (int i = 0; i < plane; i++) {
                double value = (image.chw()[c * plane + i] * std.get(c) + mean.get(c)) * 255;
                rgb[i * Image.CHANNELS + c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
            }
        }
        return new Image(image.width(), image.height(), rgb);
    }
}
