package dev.fovea.dense.mask2former;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.nn.NotFiniteException;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LinearAssignmentTest {
    private final Random random = new Random(7);

    @Test
    void noAssignmentIsCheaper() {
        for (int i = 0; i < 300; i++) {
            int rows = 1 + random.nextInt(6), columns = 1 + random.nextInt(6);
            double[] cost = random.doubles(rows * columns, -3, 3).toArray();
            int[] found = LinearAssignment.solve(cost, rows, columns);
            assertThat(priceOf(found, cost, columns))
                    .isCloseTo(cheapest(cost, rows, columns, 0, 0), Offset.offset(1e-12));
        }
    }

    @Test
    void everyRowOrEveryColumnIsUsedOnce() {
        for (int[] size : new int[][] {{5, 9}, {9, 5}, {4, 4}, {3, 0}, {0, 3}}) {
            double[] cost = random.doubles(size[0] * size[1]).toArray();
            int[] used = Arrays.stream(LinearAssignment.solve(cost, size[0], size[1]))
                    .filter(column -> column >= 0)
                    .toArray();
            assertThat(used).hasSize(Math.min(size[0], size[1])).doesNotHaveDuplicates();
        }
    }

    /** What scipy 1.11 answers. */
    @Test
    void ofEquallyCheapAssignmentsTheDiagonalIsFound() {
        assertThat(LinearAssignment.solve(new double[9], 3, 3)).containsExactly(0, 1, 2);
        assertThat(LinearAssignment.solve(new double[8], 2, 4)).containsExactly(0, 1);
        assertThat(LinearAssignment.solve(new double[8], 4, 2)).containsExactly(0, 1, -1, -1);
    }

    /** The example of scipy's documentation. */
    @Test
    void theTextbookExampleCostsFive() {
        double[] cost = {4, 1, 3, 2, 0, 5, 3, 2, 2};
        assertThat(LinearAssignment.solve(cost, 3, 3)).containsExactly(1, 0, 2);
    }

    @Test
    void forbiddenPairsAreNotUsedAndTheirLackIsTold() {
        double no = Double.POSITIVE_INFINITY;
        assertThat(LinearAssignment.solve(new double[] {no, 9, 1, no}, 2, 2)).containsExactly(1, 0);
        assertThatThrownBy(() -> LinearAssignment.solve(new double[] {no, no, 1, 2}, 2, 2))
                .hasMessage("row 0 cannot be assigned: its costs are infinite");
        assertThatThrownBy(() -> LinearAssignment.solve(new double[] {1, 2, Double.NaN, 4}, 2, 2))
                .isInstanceOf(NotFiniteException.class)
                .hasMessage("the cost of row 1 and column 0 is NaN: no assignment is cheapest");
    }

    private static double priceOf(int[] columnOf, double[] cost, int columns) {
        double sum = 0;
        for (int r = 0; r < columnOf.length; r++) {
            sum += columnOf[r] < 0 ? 0 : cost[r * columns + columnOf[r]];
        }
        return sum;
    }

    /** By trying all; rows may stay alone only when there are too many. */
    private static double cheapest(double[] cost, int rows, int columns, int row, int used) {
        if (row == rows) {
            return Integer.bitCount(used) == Math.min(rows, columns) ? 0 : Double.POSITIVE_INFINITY;
        }
        double best = rows > columns ? cheapest(cost, rows, columns, row + 1, used) : Double.POSITIVE_INFINITY;
        for (int c = 0; c < columns; c++) {
            if ((used & 1 << c) == 0) {
                double rest = cheapest(cost, rows, columns, row + 1, used | 1 << c);
                best = Math.min(best, cost[row * columns + c] + rest);
            }
        }
        return best;
    }
}
