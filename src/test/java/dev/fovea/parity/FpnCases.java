package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** The feature pyramid network by itself. */
final class FpnCases {
    static final Map<String, CaseRunner> HEADS =
            Map.of("fpn_maxpool", FpnCases::alone, "fpn_extra_convs", FpnCases::alone);

    private FpnCases() {}

    private static void alone(Case given) {
        Fpn.Spec spec = detectionSpec(given.config());
        Fpn neck = new Fpn(spec);
        ReferenceWeights weights = new ReferenceWeights(neck, UnaryOperator.identity());
        weights.load(given);
        neck.train(given.training());
        List<Tensor> maps = new ArrayList<>();
        Map<String, Tensor> inputs = given.inputs();
        for (int i = 0; inputs.containsKey("feat" + i); i++) {
            maps.add(inputs.get("feat" + i).set_requires_grad(true));
        }
        List<Tensor> outs = neck.forward(maps.subList(0, spec.widths().size()));
        Tensor loss = null;
        for (int i = 0; i < outs.size(); i++) {
            given.check("out" + i, outs.get(i));
            Tensor part = outs.get(i).mul(inputs.get("loss_weight.out" + i)).sum();
            loss = loss == null ? part : loss.add(part);
        }
        given.check("loss", loss.reshape(1));
        loss.backward();
        Map<String, Tensor> gradients = weights.gradients(given);
        for (int i = 0; i < maps.size(); i++) {
            gradients.put("input.feat" + i, maps.get(i).grad());
        }
        given.checkGradients(gradients);
    }

    /** mmdet's, whose {@code end_level} is the last map that is read. */
    static Fpn.Spec detectionSpec(Config config) {
        List<Integer> widths = widths(config);
        int end = config.intAt("end_level", -1);
        return spec(config, end == -1 ? widths : widths.subList(0, end + 1));
    }

    /** mmseg's, whose {@code end_level} means something else and is not supported. */
    static Fpn.Spec segmentationSpec(Config config) {
        require(config.intAt("end_level", -1) == -1, config, "an end_level");
        return spec(config, widths(config));
    }

    private static List<Integer> widths(Config config) {
        return Arrays.stream(config.intsAt("in_channels")).boxed().toList();
    }

    private static Fpn.Spec spec(Config config, List<Integer> widths) {
        for (String unsupported : List.of("conv_cfg", "init_cfg")) {
            require(!config.has(unsupported), config, unsupported);
        }
        Fpn.Spec spec = Fpn.Spec.of(widths, config.intAt("out_channels"), config.intAt("num_outs"))
                .startingAt(config.intAt("start_level", 0))
                .extending(extra(config), config.boolAt("relu_before_extra_convs", false))
                .upsampling(upsampling(config));
        if (config.has("norm_cfg")) {
            spec = spec.normed(norm(config.in("norm_cfg")), !config.boolAt("no_norm_on_lateral", false));
        }
        if (config.has("act_cfg")) {
            require(config.in("act_cfg").textAt("type").equals("ReLU"), config, "this act_cfg");
            spec = spec.rectified();
        }
        return spec;
    }

    /**
     * The norm under {@code norm_cfg}; null in a case means none.
     *
     * @param otherwise the reference's default, where the key is not given
     */
    static Norm norm(Config config, Norm otherwise) {
        if (config.has("norm_cfg")) {
            return norm(config.in("norm_cfg"));
        }
        return config.mentions("norm_cfg") ? Norm.NONE : otherwise;
    }

    private static Norm norm(Config norm) {
        String type = norm.textAt("type");
        return switch (type) {
            case "BN", "SyncBN" -> Norm.BATCH;
            case "GN" -> Norm.group(norm.intAt("num_groups"));
            default -> throw new AssertionError("a norm of type " + type + " is not supported");
        };
    }

    /** mmdet spells it out; a plain {@code true} reads the input, as does mmseg's older switch. */
    private static Fpn.Extra extra(Config config) {
        if (!config.has("add_extra_convs")) {
            return Fpn.Extra.POOLED;
        }
        JsonNode asked = config.at("add_extra_convs");
        if (asked.isBoolean()) {
            boolean onInputs = config.boolAt("extra_convs_on_inputs", true);
            return !asked.booleanValue() ? Fpn.Extra.POOLED : onInputs ? Fpn.Extra.ON_INPUT : Fpn.Extra.ON_OUTPUT;
        }
        return switch (asked.asText()) {
            case "on_input" -> Fpn.Extra.ON_INPUT;
            case "on_lateral" -> Fpn.Extra.ON_LATERAL;
            case "on_output" -> Fpn.Extra.ON_OUTPUT;
            default -> throw new AssertionError("add_extra_convs " + asked + " is not supported");
        };
    }

    private static Fpn.Upsampling upsampling(Config config) {
        if (!config.has("upsample_cfg")) {
            return Fpn.Upsampling.NEAREST;
        }
        Config up = config.in("upsample_cfg");
        require(!up.boolAt("align_corners", false), config, "upsampling with aligned corners");
        return switch (up.textAt("mode")) {
            case "nearest" -> Fpn.Upsampling.NEAREST;
            case "bilinear" -> Fpn.Upsampling.BILINEAR;
            default -> throw new AssertionError("upsample_cfg " + up + " is not supported");
        };
    }

    private static void require(boolean holds, Config config, String what) {
        if (!holds) {
            throw new AssertionError(what + " is not supported: " + config);
        }
    }
}
