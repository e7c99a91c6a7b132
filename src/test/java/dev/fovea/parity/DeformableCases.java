package dev.fovea.parity;

import dev.fovea.nn.DeformableAttention;
import dev.fovea.nn.MapSize;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Multi-scale deformable attention by itself. */
final class DeformableCases {
    static final Map<String, CaseRunner> VITADAPTER = Map.of(
            "ms_deform_attn", DeformableCases::attention,
            "ms_deform_attn_padding", DeformableCases::attention,
            "ms_deform_attn_refbox", DeformableCases::attention);

    private DeformableCases() {}

    private static void attention(Case given) {
        Config config = given.config();
        DeformableAttention attention = new DeformableAttention(new DeformableAttention.Spec(
                config.intAt("d_model", 256),
                config.intAt("n_levels", 4),
                config.intAt("n_heads", 8),
                config.intAt("n_points", 4),
                config.doubleAt("ratio", 1)));
        ReferenceWeights weights = new ReferenceWeights(attention, UnaryOperator.identity());
        weights.load(given);
        Map<String, Tensor> inputs = given.inputs();
        for (String name : List.of("query", "reference_points", "input_flatten")) {
            inputs.get(name).requires_grad_(given.outputs().containsKey("grad.input." + name));
        }
        Tensor output;
        try (Tap tap = Tap.open()) {
            output = attention.forward(
                    inputs.get("query"),
                    inputs.get("reference_points"),
                    inputs.get("input_flatten"),
                    levels(inputs.get("input_spatial_shapes")),
                    inputs.get("input_padding_mask"));
            tap.seen().forEach((name, x) -> {
                if (given.outputs().containsKey(name)) {
                    given.check(name, x);
                }
            });
        }
        given.check("output", output);
        Tensor loss = output.mul(inputs.get("loss_weight")).sum();
        given.check("loss", loss.reshape(1));
        loss.backward();
        Map<String, Tensor> gradients = weights.gradients(given);
        inputs.forEach((name, input) -> {
            if (input.requires_grad()) {
                gradients.put("input." + name, input.grad());
            }
        });
        given.checkGradients(gradients);
    }

    /** Rows (height, width). */
    static List<MapSize> levels(Tensor shapes) {
        long[] sizes = Tensors.toLongs(shapes);
        List<MapSize> levels = new ArrayList<>();
        for (int i = 0; i < sizes.length; i += 2) {
            levels.add(new MapSize((int) sizes[i], (int) sizes[i + 1]));
        }
        return levels;
    }
}
