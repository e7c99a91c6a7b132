package dev.fovea.data.instance;

import dev.fovea.data.Batch;
import dev.fovea.data.Collate;
import dev.fovea.data.FloatImage;
import dev.fovea.data.LabelMap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Images of several sizes, padded with 0 to one, and their objects.
 *
 * @param images {@code [B, 3, H, W]}
 * @param objects of each image
 * @param semantic int64 {@code [B, H / 8, W / 8]}, every eighth pixel, {@link LabelMap#IGNORE} where there is no class; only
 *     where the data have it
 */
public record ObjectBatch(Tensor images, List<Objects> objects, Optional<Tensor> semantic, List<String> names)
        implements Batch {
    /** Semantic maps are learned at this many pixels a cell (HTC). */
    public static final int CELL = 8;

    /**
     * The objects of one image.
     *
     * @param height of the image before padding
     * @param width of the image before padding
     * @param boxes left, top, right, bottom, float32 {@code [G, 4]}
     * @param labels int64 {@code [G]}
     * @param masks 0 and 1, uint8 {@code [G, H, W]} of the padded size; absent where boxes alone are wanted
     */
    public record Objects(int height, int width, Tensor boxes, Tensor labels, Optional<Tensor> masks) {}

    /** @param masks whether objects have masks, which a batch without any object cannot tell */
    public static Collate<ObjectSample, ObjectBatch> collate(Padding padding, boolean masks) {
        return (samples, names) -> of(samples, names, padding, masks);
    }

    private static ObjectBatch of(List<ObjectSample> samples, List<String> names, Padding padding, boolean masks) {
        List<FloatImage> images = samples.stream().map(ObjectSample::image).toList();
        int[] size = padding.of(images);
        List<Objects> objects = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            objects.add(objects(samples.get(i), names.get(i), size, masks));
        }
        List<LabelMap> maps =
                samples.stream().flatMap(each -> each.semantic().stream()).toList();
        Optional<Tensor> semantic = maps.isEmpty() ? Optional.empty() : Optional.of(semantic(maps, size));
        return new ObjectBatch(padded(images, size), List.copyOf(objects), semantic, List.copyOf(names));
    }

    /** {@code [B, C, H, W]}. */
    static Tensor padded(List<FloatImage> images, int[] size) {
        int channels = images.get(0).channels(), plane = size[0] * size[1];
        float[] all = new float[Math.multiplyExact(images.size() * channels, plane)];
        for (int b = 0; b < images.size(); b++) {
            FloatImage image = images.get(b);
            for (int row = 0; row < channels * image.height(); row++) {
                int c = row / image.height(), y = row % image.height();
                int to = (b * channels + c) * plane + y * size[1];
                System.arraycopy(image.chw(), row * image.width(), all, to, image.width());
            }
        }
        return Tensors.of(all, images.size(), channels, size[0], size[1]);
    }

    private static Objects objects(ObjectSample sample, String name, int[] size, boolean masks) {
        List<SeenObject> seen = sample.objects();
        float[] boxes = new float[4 * seen.size()];
        long[] labels = new long[seen.size()];
        for (int g = 0; g < labels.length; g++) {
            BoundingBox box = seen.get(g).box();
            boxes[4 * g] = (float) box.x();
            boxes[4 * g + 1] = (float) box.y();
            boxes[4 * g + 2] = (float) (box.x() + box.width());
            boxes[4 * g + 3] = (float) (box.y() + box.height());
            labels[g] = seen.get(g).label();
        }
        return new Objects(
                sample.image().height(),
                sample.image().width(),
                Tensors.of(boxes, labels.length, 4),
                Tensors.of(labels, labels.length),
                masks ? Optional.of(masks(sample, name, size)) : Optional.empty());
    }

    private static Tensor masks(ObjectSample sample, String name, int[] size) {
        int count = sample.objects().size(),
                height = sample.image().height(),
                width = sample.image().width();
        long pixels = (long) count * size[0] * size[1];
        if (pixels > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s: the masks of %d objects, padded to %d x %d, are %d pixels, and %d can be held: scale it smaller"
                            .formatted(name, count, size[1], size[0], pixels, Integer.MAX_VALUE));
        }
        int plane = size[0] * size[1];
        byte[] all = new byte[(int) pixels];
        int at = 0;
        for (SeenObject object : sample.objects()) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(object.mask(), y * width, all, at + y * size[1], width);
            }
            at += plane;
        }
        return Tensors.of(all, count, size[0], size[1]);
    }

    private static Tensor semantic(List<LabelMap> maps, int[] size) {
        int rows = size[0] / CELL, columns = size[1] / CELL;
        byte[] all = new byte[maps.size() * rows * columns];
        Arrays.fill(all, (byte) LabelMap.IGNORE);
        for (int b = 0; b < maps.size(); b++) {
            LabelMap map = maps.get(b);
            for (int y = 0; y < rows && y * CELL < map.height(); y++) {
                for (int x = 0; x < columns && x * CELL < map.width(); x++) {
                    all[(b * rows + y) * columns + x] = (byte) map.at(x * CELL, y * CELL);
                }
            }
        }
        return Tensors.of(all, maps.size(), rows, columns).to(ScalarType.Long);
    }
}
