package dev.fovea.parity;

import dev.fovea.backbone.Size;
import dev.fovea.data.Rng;
import dev.fovea.pretrain.BlockMask;
import dev.fovea.tensor.Tensors;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Block-wise masks of exact size (microsoft/unilm beit2, masking_generator.py). */
final class MaskingCases {
    static final Map<String, CaseRunner> RUNNERS =
            Map.of("masking_replay", MaskingCases::replay, "masking_statistics", MaskingCases::statistics);

    private MaskingCases() {}

    private static BlockMask mask(Config config) {
        return new BlockMask(
                config.intAt("num_masking_patches"),
                config.intAt("min_num_patches"),
                config.intAt("max_num_patches", 0),
                config.doubleAt("min_aspect"),
                config.doubleAt("max_aspect", 0));
    }

    private static Size grid(Config config) {
        return config.sizeAt("input_size");
    }

    private static void replay(Case given) {
        Size grid = grid(given.config());
        for (int i = 0; i < given.config().intAt("masks"); i++) {
            Recorded draws = new Recorded(
                    queue(given.input("uniform." + i)),
                    queue(given.input("randint." + i)),
                    Arrays.stream(Tensors.toLongs(given.input("choice." + i)))
                            .mapToInt(Math::toIntExact)
                            .toArray());
            boolean[] mask = mask(given.config()).drawExactly(grid, draws).hidden();
            long[] values = new long[mask.length];
            for (int n = 0; n < mask.length; n++) {
                values[n] = mask[n] ? 1 : 0;
            }
            given.check("mask." + i, Tensors.of(values, grid.height(), grid.width()));
            if (!draws.uniforms.isEmpty() || !draws.integers.isEmpty()) {
                given.fail("mask %d: %s and %s were not drawn".formatted(i, draws.uniforms, draws.integers));
            }
        }
    }

    private static Deque<Double> queue(Tensor values) {
        Deque<Double> queue = new ArrayDeque<>();
        for (double value : Tensors.toDoubles(values)) {
            queue.add(value);
        }
        return queue;
    }

    /** Draws of Python's random and of numpy, each from its own list. */
    private record Recorded(Deque<Double> uniforms, Deque<Double> integers, int[] choices) implements Rng {
        @Override
        public double uniform() {
            return uniforms.remove();
        }

        @Override
        public double uniform(double low, double high) {
            return low + (high - low) * uniform();
        }

        @Override
        public int integer(int low, int high) {
            int value = integers.remove().intValue();
            if (value < low || value >= high) {
                throw new AssertionError("%d was drawn, asked for in [%d, %d)".formatted(value, low, high));
            }
            return value;
        }

        @Override
        public int[] choice(int n, int count) {
            if (count != choices.length) {
                throw new AssertionError(
                        "%d choices asked for, %s recorded".formatted(count, Arrays.toString(choices)));
            }
            return choices;
        }
    }

    private static void statistics(Case given) {
        Size grid = grid(given.config());
        BlockMask mask = mask(given.config());
        MaskStatistics seen = new MaskStatistics(grid);
        int runs = given.config().intAt("runs");
        for (int i = 0; i < runs; i++) {
            seen.add(mask.drawExactly(grid, Rng.of(1, 2, i)));
        }
        seen.check(given);
    }
}
