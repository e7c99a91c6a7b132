package dev.fovea.parity;

import dev.fovea.dense.mask2former.Mask2Former;
import dev.fovea.dense.mask2former.MaskCriterion;
import dev.fovea.dense.mask2former.MaskInference;
import dev.fovea.dense.mask2former.MaskPrediction;
import dev.fovea.dense.mask2former.MaskTargets;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** Mask2Former as ViT-Adapter has it: network, matching and losses. */
final class Mask2FormerCases {
    static final Map<String, CaseRunner> HEADS = Map.of(
            "mask2former_forward", Mask2FormerCases::forward,
            "mask2former_loss", Mask2FormerCases::loss,
            "mask2former_train", Mask2FormerCases::train);

    private Mask2FormerCases() {}

    private static Mask2Former model(Case given) {
        Mask2Former model = new Mask2Former(new Mask2FormerConfig(given.config()).spec());
        model.train(given.training());
        return model;
    }

    private static void forward(Case given) {
        Mask2Former model = model(given);
        new ReferenceWeights(model, UnaryOperator.identity()).load(given);
        List<MaskPrediction> predictions;
        try (Tap tap = Tap.open()) {
            predictions = model.predictions(inputs(given, "feat"));
            checkSeen(given, tap);
        }
        check(given, predictions);
        given.check("seg_mask", MaskInference.semantic(predictions.get(predictions.size() - 1)));
    }

    private static void loss(Case given) {
        new ReferenceWeights(model(given), UnaryOperator.identity()).load(given);
        List<Tensor> classes = trained(inputs(given, "cls_score.")), masks = trained(inputs(given, "mask_pred."));
        List<MaskPrediction> predictions = new ArrayList<>();
        Map<String, Tensor> gradients = new HashMap<>();
        for (int i = 0; i < classes.size(); i++) {
            predictions.add(new MaskPrediction(classes.get(i), masks.get(i)));
        }
        checkLosses(given, predictions);
        for (int i = 0; i < classes.size(); i++) {
            gradients.put("input.cls_score." + i, classes.get(i).grad());
            gradients.put("input.mask_pred." + i, masks.get(i).grad());
        }
        given.checkGradients(gradients);
    }

    private static void train(Case given) {
        Mask2Former model = model(given);
        ReferenceWeights weights = new ReferenceWeights(model, UnaryOperator.identity());
        weights.load(given);
        List<Tensor> maps = trained(inputs(given, "feat"));
        List<MaskPrediction> predictions = model.predictions(maps);
        check(given, predictions);
        checkLosses(given, predictions);
        Map<String, Tensor> gradients = weights.gradients(given);
        for (int i = 0; i < maps.size(); i++) {
            gradients.put("input.feat" + i, maps.get(i).grad());
        }
        given.checkGradients(gradients);
    }

    /** Computes all losses with the recorded points, and the gradients of their sum. */
    private static void checkLosses(Case given, List<MaskPrediction> predictions) {
        MaskCriterion criterion = new MaskCriterion(new Mask2FormerConfig(given.config()).criterion());
        List<MaskTargets> targets = new ArrayList<>();
        List<Tensor> labels = inputs(given, "gt_labels."), masks = inputs(given, "gt_masks.");
        for (int i = 0; i < labels.size(); i++) {
            targets.add(new MaskTargets(labels.get(i), masks.get(i)));
        }
        Losses losses;
        try (Tap tap = Tap.open();
                Draws.Replay replay = Draws.replay(draws(given, predictions.size(), targets.size()))) {
            losses = criterion.losses(predictions, targets);
            if (replay.unused() > 0) {
                given.fail(replay.unused() + " recorded draws of points were not used");
            }
            checkSeen(given, tap);
        }
        losses.parts().forEach((name, value) -> given.check("loss." + name, value.reshape(1)));
        given.check("loss", losses.total().reshape(1));
        losses.total().mul(given.input("grad_scale")).sum().backward();
    }

    private static List<Tensor> draws(Case given, int layers, int images) {
        Map<String, Tensor> inputs = given.inputs();
        List<Tensor> draws = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (int image = 0; image < images; image++) {
                draws.add(given.input("rand.match.layer%d.img%d".formatted(layer, image)));
            }
            for (String kind : List.of("rand.over.layer", "rand.extra.layer")) {
                if (inputs.containsKey(kind + layer)) {
                    draws.add(inputs.get(kind + layer));
                }
            }
        }
        return draws;
    }

    /** What the case does not record is left out; the reference keeps queries in front of the batch. */
    private static void checkSeen(Case given, Tap tap) {
        tap.seen().forEach((name, value) -> {
            if (given.outputs().containsKey(name)) {
                given.check(name, name.startsWith("decoder.") ? value.transpose(0, 1) : value);
            }
        });
    }

    private static void check(Case given, List<MaskPrediction> predictions) {
        for (int i = 0; i < predictions.size(); i++) {
            checkRecorded(given, "cls_score." + i, predictions.get(i).classes());
            checkRecorded(given, "mask_pred." + i, predictions.get(i).masks());
        }
    }

    private static void checkRecorded(Case given, String name, Tensor value) {
        if (given.outputs().containsKey(name)) {
            given.check(name, value);
        }
    }

    /** Inputs {@code prefix0, prefix1, …} */
    private static List<Tensor> inputs(Case given, String prefix) {
        Map<String, Tensor> inputs = given.inputs();
        List<Tensor> found = new ArrayList<>();
        while (inputs.containsKey(prefix + found.size())) {
            found.add(inputs.get(prefix + found.size()));
        }
        return found;
    }

    private static List<Tensor> trained(List<Tensor> inputs) {
        inputs.forEach(input -> input.set_requires_grad(true));
        return inputs;
    }
}
