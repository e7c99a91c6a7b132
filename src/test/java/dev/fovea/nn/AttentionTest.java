package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class AttentionTest {
    private final Attention attention = new Attention(12, 3);
    private final Tensor x = torch.randn(2, 5, 12);

    @Test
    void attentionCommutesWithTokenPermutation() {
        Tensor order = Tensors.of(new long[] {3, 1, 4, 0, 2}, 5);

        Tensor permutedAfter = attention.forward(x).index_select(1, order);
        Tensor permutedBefore = attention.forward(x.index_select(1, order));

        assertThat(largestDifference(permutedAfter, permutedBefore)).isCloseTo(0, within(1e-6));
    }

    @Test
    void theFusedKernelAndTheExplicitStepsAgree() {
        Tensor fused = attention.forward(x);
        Tensor explicit;
        try (Tap tap = Tap.open()) { // the weights exist only in explicit steps
            explicit = attention.forward(x);
            assertThat(tap.seen()).containsKey("attention");
        }
        assertThat(largestDifference(explicit, fused)).isCloseTo(0, within(1e-6));
    }

    @Test
    void aWidthThatHeadsDoNotDivideIsRefused() {
        assertThatThrownBy(() -> new Attention(770, 12)).hasMessage("dim 770 is not divisible by heads 12");
    }

    @Test
    void parametersCarryTheFieldsNames() {
        assertThat(new Block(Block.Spec.plain(12, 3, 4)).parametersByName().keySet())
                .containsExactly(
                        "norm1.weight",
                        "norm1.bias",
                        "attn.qkv.weight",
                        "attn.qkv.bias",
                        "attn.proj.weight",
                        "attn.proj.bias",
                        "norm2.weight",
                        "norm2.bias",
                        "mlp.fc1.weight",
                        "mlp.fc1.bias",
                        "mlp.fc2.weight",
                        "mlp.fc2.bias");
    }

    private static double largestDifference(Tensor a, Tensor b) {
        return Tensors.item(a.sub(b).abs().max());
    }
}
