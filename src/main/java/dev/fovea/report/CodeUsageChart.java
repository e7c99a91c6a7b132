package dev.fovea.report;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.IntStream;

/** How evenly the codes of a codebook are used: each code's share of all choices, the most used one at the left. */
public final class CodeUsageChart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 360;

    private CodeUsageChart() {}

    /** @param counts choices of each code */
    public static BufferedImage draw(long[] counts) {
        double all = Math.max(1, Arrays.stream(counts).sum());
        double[] ascending = Arrays.stream(counts)
                .mapToDouble(count -> 100 * count / all)
                .sorted()
                .toArray();
        int codes = counts.length;
        double[] shares = IntStream.range(0, codes)
                .mapToDouble(i -> ascending[codes - 1 - i])
                .toArray();
        double[] even =
                IntStream.range(0, codes).mapToDouble(i -> 100.0 / codes).toArray();
        double[] places = IntStream.rangeClosed(1, codes).asDoubleStream().toArray();
        return new Curves("Use of the codebook, last epoch", "codes, most used first", "% of all patches")
                .add(new Series("used", places, shares))
                .add(new Series("if all were used alike", places, even))
                .draw(WIDTH, HEIGHT);
    }
}
