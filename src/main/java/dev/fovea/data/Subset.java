package dev.fovea.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Some of a source's samples, in a given order; an index may stand in it several times. */
public final class Subset<S> implements Source<S> {
    private final Source<S> source;
    private final int[] indices;

    public Subset(Source<S> source, int... indices) {
        for (int index : indices) {
            if (index < 0 || index >= source.size()) {
                throw new IllegalArgumentException(
                        "subset index %d does not lie in a source of %d samples".formatted(index, source.size()));
            }
        }
        this.source = source;
        this.indices = indices.clone();
    }

    /**
     * The given fraction of every class (of all samples when there are no classes), at least one sample of each, drawn
     * by a seed. With the same seed a smaller fraction's samples are among a larger one's.
     */
    public static <S> Subset<S> fraction(Source<S> source, double fraction, long seed) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction %s does not lie in (0, 1]".formatted(fraction));
        }
        Map<Integer, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < source.size(); i++) {
            members.computeIfAbsent(source.label(i), label -> new ArrayList<>()).add(i);
        }
        int[] chosen = members.entrySet().stream()
                .flatMapToInt(one -> draw(one.getValue(), fraction, Rng.of(seed, 0, one.getKey())))
                .sorted()
                .toArray();
        return new Subset<>(source, chosen);
    }

    /** A source of about so many samples at most, the same share of each class. */
    public static <S> Source<S> atMost(Source<S> source, int count) {
        return source.size() <= count ? source : fraction(source, (double) count / source.size(), 0);
    }

    private static IntStream draw(List<Integer> members, double fraction, Rng rng) {
        int count = Math.max(1, (int) Math.round(fraction * members.size()));
        return Arrays.stream(rng.permutation(members.size())).limit(count).map(members::get);
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public String name(int index) {
        return source.name(indices[index]);
    }

    @Override
    public S read(int index) throws IOException {
        return source.read(indices[index]);
    }

    @Override
    public int label(int index) {
        return source.label(indices[index]);
    }

    @Override
    public int group(int index) {
        return source.group(indices[index]);
    }

    @Override
    public List<String> classNames() {
        return source.classNames();
    }
}
