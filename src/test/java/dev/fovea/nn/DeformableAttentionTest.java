package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class DeformableAttentionTest {
    private static final List<MapSize> LEVELS = List.of(new MapSize(6, 4), new MapSize(3, 2));
    private static final int CELLS = 30;

    @Test
    void aPointInTheMiddleOfACellYieldsThatCell() {
        Tensor value = torch.randn(1, 24, 1, 5);
        Tensor x = Tensors.full((2 + 0.5) / 4, 1, 1, 1, 1, 1), y = Tensors.full((3 + 0.5) / 6, 1, 1, 1, 1, 1);

        Tensor sum = new DeformableSampling(LEVELS.subList(0, 1), value).sum(value, x, y, Tensors.ones(1, 1, 1, 1, 1));

        float[] cell = Tensors.toFloats(value.select(1, 3 * 4 + 2));
        float[] sampled = Tensors.toFloats(sum);
        for (int i = 0; i < cell.length; i++) {
            assertThat(sampled[i]).isCloseTo(cell[i], within(1e-5f));
        }
    }

    @Test
    void sumsEqualThoseOfTheFormulationWithOneGridSamplerPerLevel() {
        int heads = 2, points = 3;
        Tensor value = torch.randn(2, CELLS, heads, 5);
        Tensor places =
                torch.rand(2, 7, heads, 2, points, 2).mul(new Scalar(1.6)).sub(new Scalar(0.3));
        Tensor weights = torch.rand(2, 7, heads, 2, points);

        Tensor sum =
                new DeformableSampling(LEVELS, value).sum(value, places.select(5, 0), places.select(5, 1), weights);

        assertThat(Tensors.item(
                        sum.sub(byGridSampler(value, places, weights)).abs().max()))
                .isCloseTo(0, within(1e-4));
    }

    /**
     * PyTorch's meta device, which computes shapes alone, refuses tensors of another device as a GPU does; of what is needed
     * here it lacks the sum itself, behind everything that is made on the way.
     */
    @Test
    void whatIsMadeOnTheWayLiesOnTheDeviceOfTheInput() {
        Device meta = new Device(DeviceType.Meta);
        Tensor value = torch.randn(2, CELLS, 2, 5).to(meta, ScalarType.Float);
        Tensor x = torch.rand(2, 7, 2, 2, 3).to(meta, ScalarType.Float);
        DeformableSampling elsewhere = new DeformableSampling(LEVELS, torch.rand(1));
        assertThatThrownBy(() -> elsewhere.sum(value, x, x, x)).hasMessageContaining("on the same device");
        DeformableSampling beside = new DeformableSampling(LEVELS, value);
        assertThatThrownBy(() -> beside.sum(value, x, x, x))
                .hasMessageContaining("embedding_bag")
                .hasMessageContaining("no fake impl or Meta kernel");
    }

    /** ViT-Adapter's own formulation (ms_deform_attn_core_pytorch). */
    private static Tensor byGridSampler(Tensor value, Tensor places, Tensor weights) {
        long b = value.size(0), heads = value.size(2), d = value.size(3), q = places.size(1);
        Tensor grid = places.mul(new Scalar(2)).sub(new Scalar(1));
        List<Tensor> sampled = new ArrayList<>();
        long first = 0;
        for (int i = 0; i < LEVELS.size(); i++) {
            MapSize level = LEVELS.get(i);
            Tensor map = value.narrow(1, first, level.area())
                    .permute(0, 2, 3, 1)
                    .reshape(b * heads, d, level.height(), level.width());
            sampled.add(torch.grid_sampler(
                    map, grid.select(3, i).transpose(1, 2).flatten(0, 1), 0, 0, false)); // [B heads, d, Q, points]
            first += level.area();
        }
        Tensor each = weights.transpose(1, 2).reshape(b * heads, 1, q, -1);
        return Tensors.cat(3, sampled)
                .mul(each)
                .sum(-1)
                .reshape(b, heads * d, q)
                .transpose(1, 2);
    }

    @Test
    void theReferenceFormulationThatBenchComparesWithIsTheSameAttention() {
        DeformableAttention attention = new DeformableAttention(new DeformableAttention.Spec(8, 2, 2, 4, 1));
        Tensor query = torch.randn(2, 7, 8), centres = torch.rand(1, 7, 1, 2), features = torch.randn(2, CELLS, 8);
        Tensor chosen = attention.forward(query, centres, features, LEVELS, null);
        DeformableAttention.use(DeformableAttention.Sampling.GRID_SAMPLER);
        try {
            Tensor reference = attention.forward(query, centres, features, LEVELS, null);
            assertThat(Tensors.item(chosen.sub(reference).abs().max())).isCloseTo(0, within(1e-5));
        } finally {
            DeformableAttention.use(DeformableAttention.Sampling.BAGS);
        }
    }

    @Test
    void queriesStartWithEqualWeightsAndLookInAsManyDirectionsAsThereAreHeads() {
        DeformableAttention attention = new DeformableAttention(new DeformableAttention.Spec(8, 1, 4, 2, 1));

        Tensor bias = attention.parametersByName().get("sampling_offsets.bias");

        assertThat(Tensors.toFloats(bias.add(new Scalar(1e-6)).round()))
                .containsExactly(1, 0, 2, 0, 0, 1, 0, 2, -1, 0, -2, 0, 0, -1, 0, -2);
        assertThat(Tensors.item(attention
                        .parametersByName()
                        .get("attention_weights.weight")
                        .abs()
                        .max()))
                .isZero();
    }

    @Test
    void levelsThatDoNotFitTheFeaturesAreRefused() {
        DeformableAttention attention = new DeformableAttention(new DeformableAttention.Spec(8, 2, 2, 4, 1));
        Tensor query = torch.randn(1, 3, 8), reference = torch.rand(1, 3, 1, 2);

        assertThatThrownBy(() -> attention.forward(query, reference, torch.randn(1, 24, 8), LEVELS, null))
                .hasMessage(
                        "deformable attention: levels [MapSize[height=6, width=4], MapSize[height=3, width=2]] have 30"
                                + " cells, features 1x24x8 have 24");
        assertThatThrownBy(() -> attention.forward(query, reference, torch.randn(1, 24, 8), LEVELS.subList(0, 1), null))
                .hasMessage("deformable attention was built for 2 levels, not for 1");
        assertThatThrownBy(() -> new DeformableAttention.Spec(24, 3, 5, 4, 0.5))
                .hasMessage(
                        "deformable attention: values 12 wide (dim 24 times ratio 0.5) are not divisible by heads 5");
    }
}
