package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
    private static final int DIM = 8;

    @ParameterizedTest
    @CsvSource({"6, 9, 3, 0", "6, 9, 3, 1", "5, 7, 3, 0", "8, 4, 4, 2"})
    void splittingAndJoiningGivesBackWhatWentIn(int height, int width, int side, int shift) {
        Tensor x = torch.randn(2, (long) height * width, DIM);
        Windows windows = new Windows(new MapSize(height, width), side, Windows.Padding.TOKENS, shift);
        assertThat(Tensors.toFloats(windows.join(windows.split(x)))).containsExactly(Tensors.toFloats(x));
    }

    /** Rows and columns are cut at shift, shift + side, …: what wraps around is no neighbour. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void aTokenSeesThoseOfItsOwnWindowAndNoOthers(int shift) {
        int height = 6, width = 9, side = 3;
        Attention attention = new Attention(DIM, 2);
        Windows windows = new Windows(new MapSize(height, width), side, Windows.Padding.TOKENS, shift);
        for (int token : new int[] {0, 4, 17, 30, 53}) {
            Tensor x = torch.randn(1, (long) height * width, DIM).requires_grad_(true);
            attention.forward(x, windows, null).select(1, token).sum().backward();
            float[] reached = Tensors.toFloats(x.grad().abs().sum(2));
            for (int other = 0; other < reached.length; other++) {
                boolean same = group(token / width, side, shift) == group(other / width, side, shift)
                        && group(token % width, side, shift) == group(other % width, side, shift);
                assertThat(reached[other] > 0).as("from %d to %d", token, other).isEqualTo(same);
            }
        }
    }

    private static int group(int place, int side, int shift) {
        return place < shift ? 0 : 1 + (place - shift) / side;
    }

    @Test
    void aShiftThatIsNoPartOfAWindowIsRefused() {
        MapSize map = new MapSize(6, 6);
        assertThatThrownBy(() -> new Windows(map, 3, Windows.Padding.TOKENS, 3))
                .hasMessage("shift 3 is not below the windows' side 3");
    }

    /** The joined product against the bias written out: q k / sqrt d + q R_h[dy] + q R_w[dx]. */
    @ParameterizedTest
    @CsvSource({"3, 4, 3, 4", "5, 2, 3, 4"})
    void positionsByRowsAndColumnsAddTheirProductsWithTheQueryToTheLogits(int height, int width, int madeH, int madeW) {
        int d = 4, n = height * width;
        Tensor rows = torch.randn(2L * madeH - 1, d), columns = torch.randn(2L * madeW - 1, d);
        Tensor q = torch.randn(2, 3, n, d), k = torch.randn(2, 3, n, d);

        DecomposedPositions.Joint joint =
                new DecomposedPositions(rows, columns).join(q, k, 0.5, new MapSize(height, width));
        Tensor logits = joint.queries().matmul(joint.keys().transpose(2, 3));

        float[] byRow = resized(rows, height), byColumn = resized(columns, width);
        float[] qs = Tensors.toFloats(q), ks = Tensors.toFloats(k), seen = Tensors.toFloats(logits);
        for (int head = 0; head < 6; head++) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    int dy = i / width - j / width + height - 1, dx = i % width - j % width + width - 1;
                    double wanted = 0;
                    for (int c = 0; c < d; c++) {
                        double query = qs[(head * n + i) * d + c];
                        wanted += query * (0.5 * ks[(head * n + j) * d + c] + byRow[dy * d + c] + byColumn[dx * d + c]);
                    }
                    assertThat(seen[(head * n + i) * n + j]).isCloseTo((float) wanted, within(1e-4f));
                }
            }
        }
    }

    /** Linear between the centres of the table's cells, which share the new length evenly. */
    private static float[] resized(Tensor table, int places) {
        int from = (int) table.size(0), to = 2 * places - 1, d = (int) table.size(1);
        float[] values = Tensors.toFloats(table), out = new float[to * d];
        for (int i = 0; i < to; i++) {
            double at = Math.max(0, (i + 0.5) * from / to - 0.5);
            int below = (int) at, above = Math.min(below + 1, from - 1);
            for (int c = 0; c < d; c++) {
                double share = at - below;
                out[i * d + c] = (float) ((1 - share) * values[below * d + c] + share * values[above * d + c]);
            }
        }
        return out;
    }

    @Test
    void positionsByRowsAndColumnsNeedAMap() {
        Attention attention =
                Attention.decomposed(Attention.Spec.plain(DIM, 2), new Linear(DIM, 3 * DIM), new MapSize(2, 3));
        assertThat(attention.parametersByName().keySet()).containsAll(List.of("rel_pos_h", "rel_pos_w"));
        assertThatThrownBy(() -> attention.forward(torch.randn(1, 6, DIM)))
                .hasMessage("attention with positions by rows and columns needs a map of its 6 tokens");
    }
}
