package dev.fovea.data;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Several views of each image.
 *
 * @param images the references, {@code [B, 3, H, W]}
 * @param groups the other views; those of a group have one size
 */
public record ViewBatch(Tensor images, List<Group> groups, List<String> names) implements Batch {
    /**
     * Q views of each image in one tensor: the first view of every image, then the second of every image, and so on.
     *
     * @param images {@code [Q B, 3, h, w]}
     * @param targets the reference's patch with the same content, -1 = none, int64 {@code [Q B, n]}
     * @param boxes valid, top, left, height, width, float32 {@code [Q B, 5]}
     */
    public record Group(Tensor images, Tensor targets, Tensor boxes) {
        /** Views of each image in a batch of so many images. */
        public long count(long batch) {
            return images.size(0) / batch;
        }
    }

    public static ViewBatch collate(List<ViewSample> samples, List<String> names) {
        Tensor references =
                Stack.images(samples.stream().map(ViewSample::reference).toList(), names);
        List<Group> groups = new ArrayList<>();
        for (int g = 0; g < samples.get(0).groups().size(); g++) {
            int group = g;
            List<List<ViewSample.Query>> ofEach =
                    samples.stream().map(sample -> sample.groups().get(group)).toList();
            groups.add(group(ofEach, names));
        }
        return new ViewBatch(references, List.copyOf(groups), List.copyOf(names));
    }

    private static Group group(List<List<ViewSample.Query>> ofEach, List<String> names) {
        List<ViewSample.Query> ordered = new ArrayList<>();
        List<String> origins = new ArrayList<>();
        for (int q = 0; q < ofEach.get(0).size(); q++) {
            for (int i = 0; i < ofEach.size(); i++) {
                ordered.add(ofEach.get(i).get(q));
                origins.add(names.get(i));
            }
        }
        int patches = ordered.get(0).targets().length;
        long[] targets = ordered.stream()
                .flatMapToInt(query -> java.util.Arrays.stream(query.targets()))
                .asLongStream()
                .toArray();
        float[] boxes = new float[ordered.size() * ordered.get(0).box().length];
        for (int i = 0; i < ordered.size(); i++) {
            float[] box = ordered.get(i).box();
            System.arraycopy(box, 0, boxes, i * box.length, box.length);
        }
        return new Group(
                Stack.images(ordered.stream().map(ViewSample.Query::image).toList(), origins),
                Tensors.of(targets, ordered.size(), patches),
                Tensors.of(boxes, ordered.size(), boxes.length / ordered.size()));
    }
}
