package dev.fovea.apply;

import dev.fovea.apply.ImageEmbedder.Embedding;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The images most like an image, by the cosine of their features. */
public final class Neighbours {
    private final Embedding embedding;
    private final double[] lengths;

    public Neighbours(Embedding embedding) {
        this.embedding = embedding;
        lengths = IntStream.range(0, embedding.count())
                .mapToDouble(row -> Math.sqrt(product(row, row)))
                .toArray();
    }

    /** An image by its row, and how like the asked one it is, -1 to 1. */
    public record Neighbour(int row, double similarity) {}

    /** The most similar other images, best first. */
    public List<Neighbour> of(int row, int most) {
        return IntStream.range(0, embedding.count())
                .filter(other -> other != row)
                .mapToObj(other -> new Neighbour(other, similarity(row, other)))
                .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed())
                .limit(most)
                .toList();
    }

    private double similarity(int row, int other) {
        double scale = lengths[row] * lengths[other];
        return scale > 0 ? product(row, other) / scale : 0;
    }

    private double product(int row, int other) {
        double sum = 0;
        for (int i = 0; i < embedding.dim(); i++) {
            sum += (double) embedding.values()[row * embedding.dim() + i]
                    * embedding.values()[other * embedding.dim() + i];
        }
        return sum;
    }
}
