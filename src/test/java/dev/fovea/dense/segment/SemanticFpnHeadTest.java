package dev.fovea.dense.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SemanticFpnHeadTest {
    private static SemanticFpnHead.Spec spec(List<Integer> strides) {
        return SemanticFpnHead.Spec.of(List.of(8, 8, 16, 16), strides, 16, 16, 3, 0);
    }

    @Test
    void classesComeAtTheFinestSizeAndEveryParameterLearns() {
        SemanticFpnHead head = new SemanticFpnHead(spec(List.of(4, 8, 16, 32)));
        List<Tensor> maps = List.of(
                torch.rand(2, 8, 24, 16), torch.rand(2, 8, 12, 8), torch.rand(2, 16, 6, 4), torch.rand(2, 16, 3, 2));
        Tensor logits = head.logits(maps);
        assertThat(Shapes.text(logits)).isEqualTo("2x3x24x16");
        logits.mul(torch.rand(2, 3, 24, 16)).sum().backward();
        head.parametersByName().forEach((name, parameter) -> assertThat(
                        Tensors.item(parameter.grad().abs().sum()))
                .as(name)
                .isPositive());
    }

    @Test
    void aLevelOfTheFinestStrideHasOneConvolutionAndCoarserOnesOnePerDoubling() {
        List<String> convs = new SemanticFpnHead(spec(List.of(4, 8, 16, 32)))
                .parametersByName().keySet().stream()
                        .filter(name -> name.startsWith("scale_heads") && name.endsWith("conv.weight"))
                        .map(name -> name.substring("scale_heads.".length(), name.indexOf(".conv")))
                        .toList();
        assertThat(convs).containsExactly("0.0", "1.0", "2.0", "2.2", "3.0", "3.2", "3.4");
    }

    @Test
    void aLevelThatTheNeckDoesNotGiveIsRefused() {
        SemanticFpnHead.Spec usual = spec(List.of(4, 8, 16, 32));
        assertThatThrownBy(() -> new SemanticFpnHead.Spec(
                        usual.neck(), List.of(0, 4), List.of(4, 8), 16, 3, 0, usual.norm(), false))
                .hasMessage("semantic FPN reads level 4, but its neck has 4");
    }
}
