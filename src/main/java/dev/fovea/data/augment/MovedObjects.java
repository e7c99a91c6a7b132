package dev.fovea.data.augment;

import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Rle;
import dev.fovea.tensor.Natives;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_photo;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Cuts the objects out of an image, fills the holes from their surroundings (Telea 2004) and pastes the objects back a
 * little elsewhere, scaled and turned, the later over the earlier: the random form of InstaBoost (Fang et al. 2019,
 * arXiv:1908.07801) without its appearance-consistency heat map. Unlike the authors' code it neither blends outlines by
 * matting nor changes colours, and a box goes around what is visible of an object, not around its whole outline.
 *
 * @param probability of doing so to an image
 * @param scale factor of an object's size
 * @param shift greatest move, in widths and heights of the object's box
 * @param turn greatest angle in degrees, either way
 */
public record MovedObjects(double probability, Range scale, double shift, double turn)
        implements SampleTransform<Annotated<Image>, Annotated<Image>> {
    private static final double FILL_RADIUS = 5;

    static {
        Natives.start();
    }

    public MovedObjects {
        if (!(probability >= 0 && probability <= 1) || !(scale.low() > 0) || !(shift >= 0) || !(turn >= 0)) {
            throw new IllegalArgumentException("moved objects: probability %s, scale %s, shift %s, turn %s"
                    .formatted(probability, scale, shift, turn));
        }
    }

    @Override
    public Annotated<Image> apply(Annotated<Image> sample, Rng rng) {
        if (!rng.chance(probability) || sample.instances().stream().allMatch(Instance::crowd)) {
            return sample;
        }
        int width = sample.image().width(), height = sample.image().height();
        List<Instance> movable = new ArrayList<>();
        List<byte[]> masks = new ArrayList<>();
        for (Instance instance : sample.instances()) {
            if (!instance.crowd()) {
                movable.add(instance);
                masks.add(instance.region().rle(height, width).decode());
            }
        }
        byte[] pixels = filled(sample.image(), union(masks, width * height));
        List<byte[]> moved = new ArrayList<>();
        for (int i = 0; i < movable.size(); i++) {
            Move move = Move.draw(this, movable.get(i).box(), rng);
            byte[] mask = move.paste(sample.image(), masks.get(i), pixels);
            moved.forEach(earlier -> hide(earlier, mask));
            moved.add(mask);
        }
        List<Instance> instances = new ArrayList<>(
                sample.instances().stream().filter(Instance::crowd).toList());
        for (int i = 0; i < moved.size(); i++) {
            add(instances, movable.get(i), Rle.encode(height, width, moved.get(i)));
        }
        return new Annotated<>(new Image(width, height, pixels), sample.entry(), instances, sample.semantic());
    }

    /** Objects that have gone out of sight are left out. */
    private static void add(List<Instance> instances, Instance before, Rle visible) {
        if (visible.area() > 0) {
            instances.add(new Instance(before.id(), before.label(), visible.box(), visible.area(), false, visible));
        }
    }

    private static byte[] union(List<byte[]> masks, int pixels) {
        byte[] union = new byte[pixels];
        for (byte[] mask : masks) {
            for (int i = 0; i < pixels; i++) {
                union[i] |= mask[i];
            }
        }
        return union;
    }

    private static void hide(byte[] below, byte[] above) {
        for (int i = 0; i < below.length; i++) {
            below[i] &= (byte) ~above[i];
        }
    }

    private static byte[] filled(Image image, byte[] holes) {
        byte[] out = new byte[image.rgb().length];
        try (BytePointer pixels = new BytePointer(image.rgb());
                BytePointer places = new BytePointer(holes);
                Mat from = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, pixels);
                Mat mask = new Mat(image.height(), image.width(), opencv_core.CV_8UC1, places);
                Mat to = new Mat()) {
            opencv_photo.inpaint(from, mask, to, FILL_RADIUS, opencv_photo.INPAINT_TELEA);
            to.data().get(out);
        }
        return out;
    }

    /** How one object goes: turned and scaled about the middle of its box, then shifted. */
    private record Move(double x, double y, double dx, double dy, double cos, double sin) {
        static Move draw(MovedObjects range, BoundingBox box, Rng rng) {
            double angle = Math.toRadians(rng.uniform(-range.turn, range.turn));
            double factor = range.scale.draw(rng);
            double dx = rng.uniform(-range.shift, range.shift) * box.width();
            double dy = rng.uniform(-range.shift, range.shift) * box.height();
            return new Move(
                    box.x() + box.width() / 2,
                    box.y() + box.height() / 2,
                    dx,
                    dy,
                    Math.cos(angle) / factor,
                    Math.sin(angle) / factor);
        }

        /** Writes the object into the pixels and gives back where it is now. */
        byte[] paste(Image from, byte[] mask, byte[] pixels) {
            int width = from.width(), height = from.height();
            byte[] now = new byte[mask.length];
            for (int py = 0; py < height; py++) {
                for (int px = 0; px < width; px++) {
                    double u = px + 0.5 - x - dx, v = py + 0.5 - y - dy;
                    double sx = x + u * cos + v * sin, sy = y + v * cos - u * sin;
                    int column = (int) Math.floor(sx), row = (int) Math.floor(sy);
                    boolean inside = column >= 0 && row >= 0 && column < width && row < height;
                    if (inside && mask[row * width + column] != 0) {
                        now[py * width + px] = 1;
                        sample(from, sx - 0.5, sy - 0.5, pixels, (py * width + px) * Image.CHANNELS);
                    }
                }
            }
            return now;
        }

        /** Bilinear, the border repeated. */
        private static void sample(Image from, double sx, double sy, byte[] to, int at) {
            int left = (int) Math.floor(sx), top = (int) Math.floor(sy);
            double right = sx - left, down = sy - top;
            int x0 = clip(left, from.width()), x1 = clip(left + 1, from.width());
            int y0 = clip(top, from.height()), y1 = clip(top + 1, from.height());
            for (int c = 0; c < Image.CHANNELS; c++) {
                double upper = from.at(x0, y0, c) * (1 - right) + from.at(x1, y0, c) * right;
                double lower = from.at(x0, y1, c) * (1 - right) + from.at(x1, y1, c) * right;
                to[at + c] = (byte) Math.round(upper * (1 - down) + lower * down);
            }
        }

        private static int clip(int place, int size) {
            return Math.max(0, Math.min(size - 1, place));
        }
    }
}
