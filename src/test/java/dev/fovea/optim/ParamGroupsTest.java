package dev.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ParamGroupsTest {
    private static final ToIntFunction<String> LAYER_OF =
            name -> name.equals("pos_embed") ? 0 : name.charAt(6) - '0' + 1;

    private final Map<String, Tensor> parameters = new LinkedHashMap<>();

    ParamGroupsTest() {
        parameters.put("backbone.pos_embed", Given.zeros(1, 2, 3));
        parameters.put("backbone.table", Tensors.zeros(2, 3)); // frozen
        parameters.put("backbone.blocks0.weight", Given.zeros(2, 2));
        parameters.put("backbone.blocks0.bias", Given.zeros(1, 2)); // not of one dimension
        parameters.put("backbone.blocks1.weight", Given.zeros(2, 2));
        parameters.put("backbone.blocks1.gamma", Given.zeros(2));
        parameters.put("head.weight", Given.zeros(2, 2));
    }

    @Test
    void pretrainingExemptsOneDimensionAndBiasesAndLeavesFrozenOut() {
        List<ParamGroup> groups = ParamGroups.uniform(parameters, WeightDecay.pretrain(0.05));
        assertThat(groups).extracting(ParamGroup::name).containsExactly("no_decay", "decay");
        assertThat(groups).extracting(ParamGroup::weightDecay).containsExactly(0.0, 0.05);
        assertThat(groups.get(0).names()).containsExactly("backbone.blocks0.bias", "backbone.blocks1.gamma");
        assertThat(groups.get(1).names())
                .containsExactly(
                        "backbone.pos_embed", "backbone.blocks0.weight", "backbone.blocks1.weight", "head.weight");
    }

    @Test
    void theLongestTextInANameHoldsAlone() {
        List<ParamGroup> groups = ParamGroups.byKeys(
                parameters,
                List.of(new KeyRule("head", 10, 1), new KeyRule("weight", 1, 0), new KeyRule("gamm", 2, 0)),
                0.05);
        assertThat(groups).extracting(ParamGroup::name).containsExactly("others", "weight", "gamm");
        assertThat(groups).extracting(ParamGroup::lrScale).containsExactly(1.0, 1.0, 2.0);
        assertThat(groups).extracting(ParamGroup::weightDecay).containsExactly(0.05, 0.0, 0.0);
        assertThat(groups.get(1).names()).contains("head.weight");
        assertThatThrownBy(() -> new KeyRule("head", -1, 1))
                .hasMessage("contains head: factors lr -1.0 and decay 1.0 must not be below 0");
    }

    @Test
    void finetuningScalesByLayerInOrderOfFirstAppearance() {
        List<ParamGroup> groups = ParamGroups.layerwise(
                parameters,
                LayerDecay.below("backbone.", 0.5, 2, LAYER_OF),
                WeightDecay.finetune(0.05, "backbone.", Set.of("pos_embed")));
        assertThat(groups)
                .extracting(ParamGroup::name)
                .containsExactly(
                        "layer_0_no_decay", "layer_1_decay", "layer_2_decay", "layer_2_no_decay", "layer_3_decay");
        assertThat(groups).extracting(ParamGroup::lrScale).containsExactly(0.125, 0.25, 0.5, 0.5, 1.0);
        assertThat(groups).extracting(ParamGroup::weightDecay).containsExactly(0.0, 0.05, 0.05, 0.0, 0.05);
        // only one dimension counts here: the two-dimensional bias decays
        assertThat(groups.get(1).names()).containsExactly("backbone.blocks0.weight", "backbone.blocks0.bias");
    }

    @Test
    void segmentationDecaysPositionsAsPublishedUnlessMended() {
        LayerDecay layers = LayerDecay.below("backbone.", 0.5, 2, LAYER_OF);
        assertThat(ParamGroups.layerwise(parameters, layers, WeightDecay.segment(0.05, ""))
                        .get(0)
                        .weightDecay())
                .isEqualTo(0.05);
        assertThat(ParamGroups.layerwise(parameters, layers, WeightDecay.segment(0.05, "backbone."))
                        .get(0)
                        .weightDecay())
                .isZero();
    }

    @Test
    void aGroupTrainsWithItsShareOfTheRate() {
        Tensor slow = Given.parameter(1);
        Tensor fast = Given.parameter(1);
        SgdMomentum sgd = new SgdMomentum(
                List.of(
                        new ParamGroup("slow", Map.of("slow", slow), 0.1, 0),
                        new ParamGroup("fast", Map.of("fast", fast), 1, 0)),
                0);
        Given.gradient(slow, 1);
        Given.gradient(fast, 1);
        sgd.step(0.5);
        assertThat(Tensors.item(slow)).isEqualTo(0.95, within(1e-6));
        assertThat(Tensors.item(fast)).isEqualTo(0.5, within(1e-6));
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> ParamGroups.uniform(Map.of("t", Tensors.zeros(1)), WeightDecay.pretrain(0)))
                .hasMessage("none of the 1 parameters is trainable: nothing to optimize");
        assertThatThrownBy(() -> new LayerDecay(1.5, 3, name -> 0)).hasMessage("layer decay 1.5 is not in (0, 1]");
        assertThatThrownBy(() -> new LayerDecay(0.5, 3, name -> 4).scale("x"))
                .hasMessage("layer 4 of 'x' is not in 0 … 3");
        assertThatThrownBy(() -> new ParamGroup("g", Map.of(), -1, 0))
                .hasMessage("parameter group 'g': lrScale -1.0 and weightDecay 0.0 must not be negative");
    }

    /** As in the reference codes, whose rule does not look at the value: runs with other values have the same groups. */
    @Test
    void withoutDecayTheGroupsStayTwo() {
        assertThat(ParamGroups.uniform(parameters, WeightDecay.pretrain(0)))
                .extracting(ParamGroup::name)
                .containsExactly("no_decay", "decay");
        List<ParamGroup> layerwise = ParamGroups.layerwise(
                parameters,
                LayerDecay.below("backbone.", 0.5, 2, LAYER_OF),
                WeightDecay.finetune(0, "backbone.", Set.of("pos_embed")));
        assertThat(layerwise)
                .extracting(ParamGroup::name)
                .containsExactly(
                        "layer_0_no_decay", "layer_1_decay", "layer_2_decay", "layer_2_no_decay", "layer_3_decay");
        assertThat(layerwise).extracting(ParamGroup::weightDecay).containsOnly(0.0);
    }
}
