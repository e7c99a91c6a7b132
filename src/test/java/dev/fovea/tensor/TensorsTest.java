package dev.fovea.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class TensorsTest {
    @Test
    void valuesSurviveTheTripThroughATensor() {
        Tensor x = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

        assertThat(Tensors.toFloats(x.t())).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(Shapes.text(x)).isEqualTo("2x3");
    }

    @Test
    void aShapeThatDoesNotFitTheValuesIsRefused() {
        assertThatThrownBy(() -> Tensors.of(new float[5], 2, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("5 values do not fill shape 2x3 of 6 elements");
    }

    @Test
    void autocastEndsWithItsScope() {
        Tensor x = Tensors.ones(2, 2);
        try (Precision.Scope scope = Precision.BF16.open()) {
            assertThat(x.matmul(x).scalar_type().toString()).isEqualTo("BFloat16");
        }
        assertThat(x.matmul(x).scalar_type().toString()).isEqualTo("Float");
    }

    @Test
    void scriptsReachOperatorsWithoutAJavaMethod() {
        String source = "def total(xs: List[Tensor]) -> Tensor:\n  return torch.stack(xs).sum()\n";
        IValue list = Scripts.list(List.of(Tensors.ones(3), Tensors.ones(3)));

        assertThat(Tensors.item(Scripts.call(source, "total", list).toTensor())).isEqualTo(6.0);
    }

    @Test
    void slicesOutliveTheVectorTheyCameIn() {
        Tensor[] slices = Tensors.unbind(Tensors.of(new float[] {1, 2, 3, 4}, 2, 2));
        System.gc();
        assertThat(Tensors.toFloats(slices[1])).containsExactly(3, 4);
    }
}
