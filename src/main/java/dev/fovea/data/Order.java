package dev.fovea.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * In which order an epoch visits a source: as it is, shuffled, or shuffled such that each batch is of one group (mmdetection
 * 2.x {@code GroupSampler}). It follows from seed and epoch alone.
 */
final class Order {
    private final LoaderOptions options;
    private final int size;
    /** Members of each group; empty where groups do not matter. */
    private final List<int[]> groups = new ArrayList<>();

    Order(Source<?> source, LoaderOptions options) {
        this.options = options;
        this.size = source.size();
        if (!options.grouped()) {
            return;
        }
        TreeMap<Integer, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            members.computeIfAbsent(source.group(i), group -> new ArrayList<>()).add(i);
        }
        members.values()
                .forEach(group ->
                        groups.add(group.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** How many places an epoch has: with groups some samples are visited twice, so that every group fills its batches. */
    int length() {
        return options.grouped() ? groups.stream().mapToInt(this::filled).sum() : size;
    }

    int batchesPerEpoch() {
        int batch = options.batchSize();
        return options.dropLast() ? length() / batch : (length() + batch - 1) / batch;
    }

    /** The sample at each place of an epoch. */
    int[] of(long epoch) {
        Rng rng = Rng.of(options.seed(), epoch, -1);
        if (options.grouped()) {
            return grouped(rng);
        }
        if (options.shuffle()) {
            return rng.permutation(size);
        }
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        return order;
    }

    private int filled(int[] group) {
        int batch = options.batchSize();
        return (group.length + batch - 1) / batch * batch;
    }

    private int[] grouped(Rng rng) {
        List<int[]> batches = new ArrayList<>();
        for (int[] group : groups) {
            int[] shuffled = rng.permutation(group.length);
            for (int from = 0; from < filled(group); from += options.batchSize()) {
                int[] batch = new int[options.batchSize()];
                for (int i = 0; i < batch.length; i++) {
                    batch[i] = group[shuffled[(from + i) % group.length]];
                }
                batches.add(batch);
            }
        }
        int[] order = new int[length()];
        int at = 0;
        for (int index : rng.permutation(batches.size())) {
            System.arraycopy(batches.get(index), 0, order, at, options.batchSize());
            at += options.batchSize();
        }
        return order;
    }
}
