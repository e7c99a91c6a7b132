package dev.fovea.dense.mask2former;

import dev.fovea.nn.Losses;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The losses of Mask2Former (Cheng et al. 2022, section 3.3; mmseg_custom decode_heads/mask2former_head.py): after every
 * layer queries are matched to masks; matched ones learn class and mask, the others to be no object.
 */
public final class MaskCriterion {
    private static final int SUM = 2;
    private static final int NEVER = -100;

    private final Spec spec;
    private final MaskMatcher matcher;

    /**
     * The settings of the losses; {@link #of} gives those of the published configurations.
     *
     * @param classWeights of every class and, last, of "no object"
     * @param points at which masks are compared
     * @param oversample candidates for each point of the losses
     * @param importance share of the points that is chosen for being uncertain
     * @param squares whether sizes in the dice loss are sums of squares (V-Net), not of probabilities
     */
    public record Spec(
            List<Double> classWeights,
            Costs losses,
            Costs matching,
            int points,
            double oversample,
            double importance,
            boolean squares) {
        public Spec {
            classWeights = List.copyOf(classWeights);
            if (points < 1 || oversample < 1 || importance < 0 || importance > 1) {
                throw new IllegalArgumentException(
                        "mask2former: points %d and oversample %s are not at least 1, or importance %s not in [0, 1]"
                                .formatted(points, oversample, importance));
            }
        }

        public static Spec of(int classes, int points, double noObject) {
            List<Double> weights = new ArrayList<>(Collections.nCopies(classes, 1.0));
            weights.add(noObject);
            return new Spec(weights, Costs.USUAL, Costs.USUAL, points, 3, 0.75, false);
        }
    }

    /**
     * What the parts of a loss, or of the cost of a match, count.
     *
     * @param masks of the binary cross entropy per point
     * @param diceEps added to both sides of the dice fraction
     */
    public record Costs(double classes, double masks, double dice, double diceEps) {
        public static final Costs USUAL = new Costs(2, 5, 5, 1);
    }

    public MaskCriterion(Spec spec) {
        this.spec = spec;
        matcher = new MaskMatcher(spec.matching(), spec.points());
    }

    /**
     * The sum over all layers; parts are {@code loss_cls}, {@code loss_mask} and {@code loss_dice} of the last one and
     * {@code d0.loss_cls} and so on of those before.
     *
     * @param predictions of the raw queries and of every layer
     * @param targets of every image
     */
    public Losses losses(List<MaskPrediction> predictions, List<MaskTargets> targets) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        try (Precision.Scope exact = Precision.FP32.open()) {
            for (int layer = 0; layer < predictions.size(); layer++) {
                String name = layer == predictions.size() - 1 ? "" : "d%d.".formatted(layer);
                addLayer(parts, name, layer, predictions.get(layer), targets);
            }
            Tensor total = parts.values().stream().reduce(Tensor::add).orElseThrow();
            return new Losses(total, parts);
        }
    }

    /** For curves: the parts of the last layer by themselves, those of all earlier ones together as {@code loss_earlier}. */
    public static Losses brief(Losses all) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        all.parts().forEach((name, part) -> {
            if (name.startsWith("d")) {
                parts.merge("loss_earlier", part, Tensor::add);
            } else {
                parts.put(name, part);
            }
        });
        return new Losses(all.total(), parts);
    }

    private void addLayer(
            Map<String, Tensor> parts, String name, int layer, MaskPrediction given, List<MaskTargets> targets) {
        MaskPrediction prediction = new MaskPrediction(
                given.classes().to(ScalarType.Float), given.masks().to(ScalarType.Float));
        Matches matches = Matches.of(
                matcher.match(layer, prediction, targets),
                targets,
                spec.classWeights().size() - 1);
        parts.put(name + "loss_cls", classLoss(prediction.classes(), matches));
        if (matches.count() == 0) { // nothing to learn, but a gradient for every parameter
            Tensor nothing = prediction.masks().sum().mul(new Scalar(0));
            parts.put(name + "loss_mask", nothing);
            parts.put(name + "loss_dice", nothing);
            return;
        }
        Tensor masks = prediction.masks().flatten(0, 1).index_select(0, matches.queries(prediction.masks()));
        Tensor points = SampledPoints.uncertain(masks.detach(), spec.points(), spec.oversample(), spec.importance());
        Tensor wanted = SampledPoints.ofEach(matches.masks(targets), points).detach(); // [G, P]
        Tensor logits = SampledPoints.ofEach(masks, points);
        parts.put(name + "loss_mask", maskLoss(logits, wanted));
        parts.put(name + "loss_dice", diceLoss(logits, wanted));
    }

    private Tensor classLoss(Tensor scores, Matches matches) {
        double[] values =
                spec.classWeights().stream().mapToDouble(Double::doubleValue).toArray();
        Tensor weights = Tensors.of(values, values.length).to(scores);
        Tensor labels = matches.labels().to(scores.device(), ScalarType.Long);
        Tensor sum = torch.cross_entropy_loss(scores.flatten(0, 1), labels, new TensorOptional(weights), SUM, NEVER, 0);
        return sum.div(weights.index_select(0, labels).sum())
                .mul(new Scalar(spec.losses().classes()));
    }

    /** Mean over all points of all matched masks. */
    private Tensor maskLoss(Tensor logits, Tensor wanted) {
        return torch.binary_cross_entropy_with_logits(logits, wanted)
                .mul(new Scalar(spec.losses().masks()));
    }

    /** One minus twice the overlap over the sum of sizes, averaged over masks (mmseg_custom losses/dice_loss.py). */
    private Tensor diceLoss(Tensor logits, Tensor wanted) {
        Tensor shares = logits.sigmoid();
        Scalar eps = new Scalar(spec.losses().diceEps());
        Tensor twice = shares.mul(wanted).sum(1).mul(new Scalar(2));
        Tensor fraction = spec.squares()
                ? twice.div(shares.square()
                        .sum(1)
                        .add(eps)
                        .add(wanted.square().sum(1).add(eps)))
                : twice.add(eps).div(shares.sum(1).add(wanted.sum(1)).add(eps));
        return fraction.mean()
                .neg()
                .add(new Scalar(1))
                .mul(new Scalar(spec.losses().dice()));
    }
}
