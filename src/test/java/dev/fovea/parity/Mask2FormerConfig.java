package dev.fovea.parity;

import dev.fovea.dense.Norm;
import dev.fovea.dense.mask2former.Mask2FormerSpec;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.SinePositions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a config of mmseg's Mask2FormerHead says, in this project's terms; it refuses what is not computed. */
final class Mask2FormerConfig {
    private final Config config;

    Mask2FormerConfig(Config config) {
        this.config = config;
    }

    int classes() {
        return config.intAt("num_things_classes") + config.intAt("num_stuff_classes");
    }

    Mask2FormerSpec spec() {
        int[] widths = config.intsAt("in_channels");
        for (int i = 0; config.has("in_index") && i < widths.length; i++) {
            require(config.intsAt("in_index")[i] == i, "in_index " + config.at("in_index"));
        }
        Config pixels = config.in("pixel_decoder");
        int levels = config.intAt("num_transformer_feat_level");
        requireRelu(pixels.in("act_cfg"));
        return new Mask2FormerSpec(
                Arrays.stream(widths).boxed().toList(),
                classes(),
                config.intAt("feat_channels"),
                config.intAt("out_channels"),
                config.intAt("num_queries"),
                levels,
                encoder(pixels, levels),
                decoder(),
                FpnCases.norm(pixels, Norm.group(32)),
                config.boolAt("enforce_decoder_input_project", false));
    }

    private Mask2FormerSpec.Encoder encoder(Config pixels, int levels) {
        Config encoder = pixels.in("encoder"),
                layer = encoder.in("transformerlayers"),
                attention = layer.in("attn_cfgs");
        require(attention.intAt("num_levels") == levels, "an encoder of other levels than the decoder's " + levels);
        require(attention.doubleAt("dropout", 0.1) == 0, "dropout in the encoder");
        require(order(layer).equals(List.of("self_attn", "norm", "ffn", "norm")), "the order " + order(layer));
        return new Mask2FormerSpec.Encoder(
                encoder.intAt("num_layers"),
                attention.intAt("num_heads"),
                attention.intAt("num_points"),
                hidden(layer),
                positions(pixels.in("positional_encoding")));
    }

    private Mask2FormerSpec.Decoder decoder() {
        Config decoder = config.in("transformer_decoder"), layer = decoder.in("transformerlayers");
        Config attention = layer.in("attn_cfgs");
        require(attention.doubleAt("attn_drop", 0) == 0 && attention.doubleAt("proj_drop", 0) == 0, "dropout");
        require(
                order(layer).equals(List.of("cross_attn", "norm", "self_attn", "norm", "ffn", "norm")),
                "the order " + order(layer));
        return new Mask2FormerSpec.Decoder(
                decoder.intAt("num_layers"),
                attention.intAt("num_heads"),
                hidden(layer),
                positions(config.in("positional_encoding")));
    }

    private int hidden(Config layer) {
        Config ffn = layer.in("ffn_cfgs");
        require(ffn.intAt("num_fcs", 2) == 2, "a feed-forward network of " + ffn.at("num_fcs") + " layers");
        require(ffn.doubleAt("ffn_drop", 0) == 0, "dropout in the feed-forward network");
        requireRelu(ffn.in("act_cfg"));
        return ffn.intAt("feedforward_channels");
    }

    private static List<String> order(Config layer) {
        List<String> order = new ArrayList<>();
        layer.at("operation_order").forEach(step -> order.add(step.asText()));
        return order;
    }

    private SinePositions positions(Config config) {
        require(config.textAt("type").equals("SinePositionalEncoding"), config + "");
        return new SinePositions(
                config.intAt("num_feats"),
                config.doubleAt("temperature", 10000),
                config.boolAt("normalize", false),
                config.doubleAt("scale", 2 * Math.PI),
                config.doubleAt("eps", 1e-6),
                config.doubleAt("offset", 0));
    }

    MaskCriterion.Spec criterion() {
        Config cls = config.in("loss_cls"), mask = config.in("loss_mask"), dice = config.in("loss_dice");
        require(!cls.boolAt("use_sigmoid", false), "a sigmoid of classes");
        require(mask.boolAt("use_sigmoid", false), "a softmax of masks");
        require(dice.boolAt("use_sigmoid", true) && dice.boolAt("activate", true), "the dice loss " + dice);
        for (Config loss : List.of(cls, mask, dice)) {
            require(!loss.has("reduction") || loss.textAt("reduction").equals("mean"), "the reduction of " + loss);
        }
        Config train = config.in("train_cfg"), assigner = train.in("assigner");
        Config mine = assigner.in("dice_cost");
        require(mine.boolAt("pred_act", false), "a dice cost of logits");
        require(assigner.in("mask_cost").textAt("type").equals("CrossEntropyLossCost"), assigner + "");
        require(assigner.in("cls_cost").textAt("type").equals("ClassificationCost"), assigner + "");
        return new MaskCriterion.Spec(
                Arrays.stream(cls.doublesAt("class_weight")).boxed().toList(),
                costs(cls, mask, dice, "loss_weight"),
                costs(assigner.in("cls_cost"), assigner.in("mask_cost"), mine, "weight"),
                train.intAt("num_points", 12544),
                train.doubleAt("oversample_ratio", 3),
                train.doubleAt("importance_sample_ratio", 0.75),
                !dice.boolAt("naive_dice", false));
    }

    private static MaskCriterion.Costs costs(Config cls, Config mask, Config dice, String weight) {
        return new MaskCriterion.Costs(
                cls.doubleAt(weight, 1),
                mask.doubleAt(weight, 1),
                dice.doubleAt(weight, 1),
                dice.doubleAt("eps", 1e-3));
    }

    private void requireRelu(Config activation) {
        require(activation.textAt("type").equals("ReLU"), "the activation " + activation);
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(config + " asks for what is not supported: " + what);
        }
    }
}
