package dev.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class StateLoaderTest {
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    StateLoaderTest() {
        state.put("backbone.norm.weight", Tensors.zeros(2));
        state.put("head.weight", Tensors.zeros(3, 2));
        state.put("head.bias", Tensors.zeros(3));
    }

    @Test
    void everythingIsSortedIntoTheReport() {
        Map<String, Tensor> file = new LinkedHashMap<>();
        file.put("module.norm.weight", Tensors.ones(2));
        file.put("module.head.weight", Tensors.ones(1000, 2));
        file.put("module.decoder.weight", Tensors.ones(1));
        file.put("optimizer.step", Tensors.ones(1));
        StateLoader loader = StateLoader.strict()
                .renaming(Names.inOrder(
                        Names.below("module."), Names.replaced("^norm\\.", "backbone.norm."), Names.same()))
                .allowingMissing("head\\..*")
                .allowingLeft("decoder\\..*");

        LoadReport report = loader.load(file, state, "x.pth");

        assertThat(report.loaded()).containsExactly("backbone.norm.weight");
        assertThat(report.missingExpected()).containsExactly("head.weight 1000x2 -> 3x2", "head.bias");
        assertThat(report.ignored()).containsExactly("module.decoder.weight", "optimizer.step");
        assertThat(report.summary())
                .isEqualTo("1 loaded, 0 adapted, 2 missing as expected, 0 missing, 2 ignored, 0 unexpected,"
                        + " 0 mis-shaped");
        assertThat(Tensors.toFloats(state.get("backbone.norm.weight"))).containsExactly(1, 1);
        assertThat(Tensors.toFloats(state.get("head.bias"))).containsExactly(0, 0, 0);
    }

    @Test
    void whatIsWrongIsListedAndNothingIsTouched() {
        Map<String, Tensor> file = new LinkedHashMap<>();
        file.put("backbone.norm.weight", Tensors.ones(2));
        file.put("head.weight", Tensors.ones(2, 3));
        file.put("extra", Tensors.ones(1));

        assertThatThrownBy(() -> StateLoader.strict().load(file, state, "x.pth"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                        x.pth does not fit the model: 1 loaded, 0 adapted, 0 missing as expected, 1 missing, 0 ignored,\
                         1 unexpected, 1 mis-shaped
                          missing (1): head.bias
                          unexpected (1): extra
                          mis-shaped (1): head.weight 2x3 -> 3x2""");
        assertThat(Tensors.toFloats(state.get("backbone.norm.weight"))).containsExactly(0, 0);
    }

    @Test
    void equalCountsAreReshapedOnlyWhenAllowed() {
        state.keySet().retainAll(List.of("head.weight"));
        Map<String, Tensor> file = Map.of("head.weight", Tensors.ones(3, 2, 1, 1));

        assertThatThrownBy(() -> StateLoader.strict().load(file, state, "x"))
                .hasMessageContaining("head.weight 3x2x1x1 -> 3x2");
        assertThat(StateLoader.strict().reshaping().load(file, state, "x").adapted())
                .containsExactly("head.weight 3x2x1x1 -> 3x2");
    }

    @Test
    void twoTensorsForOnePlaceAreRefused() {
        Map<String, Tensor> file = Map.of("a.head.bias", Tensors.ones(3), "b.head.bias", Tensors.ones(3));
        StateLoader loader = StateLoader.strict().renaming(Names.replaced("^[ab]\\.", ""));

        assertThatThrownBy(() -> loader.load(file, state, "x"))
                .hasMessage("two tensors of the file are renamed to head.bias");
    }

    @Test
    void halfPrecisionFilesFillFloatModels() {
        Map<String, Tensor> file =
                Map.of("head.bias", Tensors.of(new float[] {1, 2, 0.5f}, 3).to(Dtype.F16.scalarType()));

        StateLoader.strict().allowingMissing(".*").load(file, state, "x");

        assertThat(Tensors.toFloats(state.get("head.bias"))).containsExactly(1, 2, 0.5f);
        assertThat(Dtype.of(state.get("head.bias"))).isEqualTo(Dtype.F32);
    }

    @Test
    void positionTablesAreResizedToGridsThatAreNotSquare() {
        Map<String, Tensor> model = Map.of("pos_embed", Tensors.zeros(1, 1 + 2 * 3, 4));
        Map<String, Tensor> file = Map.of("pos_embed", Tensors.full(2, 1, 1 + 4 * 4, 4));

        LoadReport report = StateLoader.strict()
                .adapting(PosEmbedResize.onLoad("pos_embed", 1, 2, 3))
                .load(file, model, "x");

        assertThat(report.adapted()).containsExactly("pos_embed 1x17x4 -> 1x7x4");
        assertThat(Tensors.toFloats(model.get("pos_embed").sub(Tensors.full(2, 1))))
                .usingComparatorWithPrecision(1e-5f)
                .containsOnly(0f);
    }

    @Test
    void resizingKeepsClassTokensAndTellsRowsFromColumns() {
        // rows hold 0, 1; columns do not matter
        Tensor table = Tensors.of(new float[] {9, 0, 0, 0, 1, 1, 1}, 1, 7, 1);

        Tensor wide = PosEmbedResize.resize(table, 1, new int[] {2, 3}, new int[] {2, 6});

        assertThat(Tensors.toFloats(wide)).containsExactly(9, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
        assertThatThrownBy(() -> PosEmbedResize.fromSquare(table, 1, 2, 2))
                .hasMessage("position table 1x7x1 with 1 prefix tokens is not square: give its grid");
        assertThatThrownBy(() -> PosEmbedResize.resize(table, 1, new int[] {3, 3}, new int[] {2, 2}))
                .hasMessage("position table 1x7x1 is not 1 x (1 + 3x3) x D");
    }
}
