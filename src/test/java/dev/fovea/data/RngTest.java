package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RngTest {
    @Test
    void sequencesOfNeighbouringSamplesEpochsAndSeedsDiffer() {
        Set<Double> firsts = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            for (long epoch = 0; epoch < 10; epoch++) {
                for (long index = -1; index < 100; index++) {
                    firsts.add(Rng.of(seed, epoch, index).uniform());
                }
            }
        }
        assertThat(firsts).hasSize(10 * 10 * 101);
    }

    @Test
    void sequencesStayTheSameFromReleaseToRelease() {
        Rng rng = Rng.of(1, 2, 3);
        assertThat(new double[] {rng.uniform(), rng.uniform()}).containsExactly(0.1300857085561754, 0.4373184320319292);
    }

    @Test
    void drawsHaveTheirMomentsAndBounds() {
        Rng rng = Rng.of(5, 0, 0);
        int n = 20000;
        double sum = 0, squares = 0, uniform = 0, skewed = 0;
        int[] counts = new int[5];
        for (int i = 0; i < n; i++) {
            double x = rng.normal();
            sum += x;
            squares += x * x;
            uniform += rng.uniform(2, 4);
            skewed += rng.beta(2, 5);
            counts[rng.integer(-2, 3) + 2]++;
        }
        assertThat(sum / n).isBetween(-0.03, 0.03);
        assertThat(squares / n).isBetween(0.96, 1.04);
        assertThat(uniform / n).isBetween(2.98, 3.02);
        assertThat(skewed / n).isBetween(0.28, 0.292); // 2 / 7
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(3800);
        assertThatThrownBy(() -> rng.integer(3, 3)).hasMessage("no whole number lies in [3, 3)");
    }

    @Test
    void permutationsHoldEachNumberOnceAndEveryOrderOccurs() {
        Set<String> orders = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            int[] order = Rng.of(1, 0, i).permutation(4);
            orders.add(Arrays.toString(order));
            assertThat(order).containsExactlyInAnyOrder(0, 1, 2, 3);
        }
        assertThat(orders).hasSize(24);
    }
}
