package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.tensor.Natives;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Resizing as mmcv does it, by OpenCV: images bilinear without antialiasing, masks by nearest neighbour. */
public final class CvResize {
    static {
        Natives.start();
        opencv_core.setNumThreads(1); // the loader's threads are the parallelism
    }

    private CvResize() {}

    public static Image linear(Image image, int width, int height) {
        if (width == image.width() && height == image.height()) {
            return image;
        }
        byte[] out = new byte[width * height * 3];
        try (BytePointer data = new BytePointer(image.rgb());
                Mat from = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, data);
                Mat to = new Mat();
                Size size = new Size(width, height)) {
            opencv_imgproc.resize(from, to, size, 0, 0, opencv_imgproc.INTER_LINEAR);
            to.data().get(out);
        }
        return new Image(width, height, out);
    }

    /** Output pixel x takes input pixel {@code floor(x * in / out)}. */
    public static LabelMap nearest(LabelMap mask, int width, int height) {
        if (width == mask.width() && height == mask.height()) {
            return mask;
        }
        int[] columns = sources(mask.width(), width);
        int[] rows = sources(mask.height(), height);
        byte[] out = new byte[width * height];
        for (int y = 0; y < height; y++) {
            int row = rows[y] * mask.width();
            for (int x = 0; x < width; x++) {
                out[y * width + x] = mask.labels()[row + columns[x]];
            }
        }
        return new LabelMap(width, height, out);
    }

    private static int[] sources(int in, int out) {
        double scale = 1 / ((double) out / in);
        int[] from = new int[out];
        for (int i = 0; i < out; i++) {
            from[i] = Math.min((int) Math.floor(i * scale), in - 1);
        }
        return from;
    }
}
