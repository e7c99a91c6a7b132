package dev.fovea.dense.detect.rpn;

import dev.fovea.backbone.Size;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Temporaries;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Scores every anchor and moves it onto the object that it may lie on (mmdet dense_heads/rpn_head.py). Maps
 * {@code [B, C, h, w]}, fine to coarse, all through the same convolutions.
 */
public final class RpnHead extends Layer {
    private static final long SUM = 2;

    private final RpnSpec spec;
    private final Layer rpnConv;
    private final Conv2d rpnCls;
    private final Conv2d rpnReg;

    public RpnHead(RpnSpec spec) {
        this.spec = spec;
        rpnConv = child("rpn_conv", spec.convs() == 1 ? conv(spec.width(), spec.channels(), 3) : new ConvStack(spec));
        rpnCls = child("rpn_cls", conv(spec.channels(), spec.anchors().shapes(), 1));
        rpnReg = child("rpn_reg", conv(spec.channels(), 4 * spec.anchors().shapes(), 1));
    }

    static Conv2d conv(int in, int out, int kernel) {
        Conv2d conv = new Conv2d(in, out, Conv2d.Shape.kernel(kernel).same());
        Init.normal(conv.weight(), 0.01);
        Init.zeros(conv.bias());
        return conv;
    }

    public RpnSpec spec() {
        return spec;
    }

    /**
     * One level.
     *
     * @param scores before the sigmoid, {@code [B, shapes, h, w]}
     * @param deltas {@code [B, 4 shapes, h, w]}
     */
    public record Level(Tensor scores, Tensor deltas) {
        Size size() {
            return new Size((int) scores.size(2), (int) scores.size(3));
        }

        /** {@code [B, A_l]}, in the order of the anchors. */
        Tensor flatScores() {
            return scores.permute(0, 2, 3, 1).reshape(scores.size(0), -1).to(ScalarType.Float);
        }

        /** {@code [B, A_l, 4]}. */
        Tensor flatDeltas() {
            return deltas.permute(0, 2, 3, 1).reshape(deltas.size(0), -1, 4).to(ScalarType.Float);
        }
    }

    public List<Level> levels(List<Tensor> maps) {
        List<Level> levels = new ArrayList<>();
        for (Tensor map : maps) {
            Tensor x = rpnConv.forward(map).relu();
            levels.add(new Level(rpnCls.forward(x), rpnReg.forward(x)));
        }
        return levels;
    }

    /**
     * Both losses, level by level, divided by the number of anchors trained in the batch.
     *
     * @param scores {@code [L]}
     * @param boxes {@code [L]}
     */
    public record Loss(Tensor scores, Tensor boxes) {}

    public RpnTargets targets(List<Level> levels, List<GroundTruth> truths) {
        return Stopwatch.time("targets", () -> RpnTargets.of(spec, anchors(levels), sizes(levels), truths));
    }

    public Loss loss(List<Level> levels, RpnTargets targets) {
        List<Tensor> anchors = spec.decoded() ? Stopwatch.time("targets", () -> anchors(levels)) : null;
        List<Tensor> scores = new ArrayList<>(), boxes = new ArrayList<>();
        long from = 0;
        for (int i = 0; i < levels.size(); i++) {
            Tensor logits = levels.get(i).flatScores(); // [B, A_l]
            long count = logits.size(1);
            Tensor object =
                    targets.labels().narrow(1, from, count).eq(new Scalar(0)).to(ScalarType.Float);
            Tensor weights = targets.labelWeights().narrow(1, from, count);
            scores.add(torch.binary_cross_entropy_with_logits(
                    logits, object, new TensorOptional(weights), new TensorOptional(), SUM));
            Tensor deltas = levels.get(i).flatDeltas();
            Tensor predicted = anchors == null ? deltas : decoded(anchors.get(i), deltas);
            boxes.add(spec.boxLoss()
                    .sum(
                            predicted.reshape(-1, 4),
                            targets.boxes().narrow(1, from, count).reshape(-1, 4),
                            targets.boxWeights().narrow(1, from, count).reshape(-1)));
            from += count;
        }
        Scalar trained = new Scalar((double) (targets.positives() + targets.negatives()));
        return new Loss(
                Tensors.stack(0, scores).mul(new Scalar(spec.scoreWeight())).div(trained),
                Tensors.stack(0, boxes).div(trained));
    }

    /** {@code [A_l, 4], [B, A_l, 4] -> [B, A_l, 4]}. */
    private Tensor decoded(Tensor anchors, Tensor deltas) {
        Tensor everywhere = anchors.unsqueeze(0).expand(deltas.size(0), anchors.size(0), 4);
        return spec.coder()
                .decode(everywhere.reshape(-1, 4), deltas.reshape(-1, 4), null)
                .reshape(deltas.size(0), -1, 4);
    }

    /** Where objects may be in each image, without gradients; the rule is that of training in train mode. */
    public List<Proposals> proposals(List<Level> levels, List<ImageSize> sizes) {
        return Stopwatch.time("proposals", () -> thinnedOut(levels, sizes));
    }

    private List<Proposals> thinnedOut(List<Level> levels, List<ImageSize> sizes) {
        ProposalRule rule = is_training() ? spec.whileTraining() : spec.inUse();
        List<Proposals> proposals = new ArrayList<>();
        try (NoGrad off = new NoGrad();
                Temporaries passing = new Temporaries()) {
            Candidates best = best(levels, rule);
            for (int i = 0; i < sizes.size(); i++) {
                Proposals image = proposals(best.of(i), rule, sizes.get(i).content());
                proposals.add(new Proposals(passing.keep(image.boxes()), passing.keep(image.scores())));
            }
        }
        return proposals;
    }

    /** Scores {@code [B, N]}, deltas and anchors {@code [B, N, 4]} and the level of each, {@code [N]}. */
    private record Candidates(Tensor scores, Tensor deltas, Tensor anchors, Tensor level) {
        Candidates of(long image) {
            return new Candidates(scores.select(0, image), deltas.select(0, image), anchors.select(0, image), level);
        }
    }

    private Candidates best(List<Level> levels, ProposalRule rule) {
        List<Tensor> anchors = anchors(levels);
        List<Tensor> scores = new ArrayList<>(), deltas = new ArrayList<>();
        List<Tensor> boxes = new ArrayList<>(), numbers = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            Tensor all = levels.get(i).flatScores();
            long b = all.size(0), count = all.size(1);
            long taken = rule.perLevel() == 0 ? count : Math.min(count, rule.perLevel());
            Tensors.Pair top = Tensors.pair(all.topk(taken, 1, true, true));
            Tensor places = top.second(); // [B, taken]
            scores.add(top.first().sigmoid());
            deltas.add(levels.get(i).flatDeltas().gather(1, places.unsqueeze(2).expand(b, taken, 4)));
            boxes.add(anchors.get(i).index_select(0, places.reshape(-1)).reshape(b, taken, 4));
            numbers.add(torch.full(new long[] {taken}, new Scalar(i), Tensors.options(ScalarType.Long, all)));
        }
        return new Candidates(
                Tensors.cat(1, scores), Tensors.cat(1, deltas), Tensors.cat(1, boxes), Tensors.cat(0, numbers));
    }

    private Proposals proposals(Candidates found, ProposalRule rule, Size image) {
        Tensor boxes = spec.coder().decode(found.anchors(), found.deltas(), image);
        Tensor scores = found.scores(), level = found.level();
        if (rule.smallest() >= 0) {
            Scalar least = new Scalar(rule.smallest());
            Tensor wide = boxes.select(1, 2).sub(boxes.select(1, 0)).gt(least);
            Tensor high = boxes.select(1, 3).sub(boxes.select(1, 1)).gt(least);
            Tensor large = wide.logical_and(high).nonzero().reshape(-1);
            boxes = boxes.index_select(0, large);
            scores = scores.index_select(0, large);
            level = level.index_select(0, large);
        }
        Suppression.Kept kept = rule.suppression().apply(boxes, scores, level, rule.most());
        return new Proposals(boxes.index_select(0, kept.kept()), kept.scores());
    }

    private List<Tensor> anchors(List<Level> levels) {
        return spec.anchors().anchors(sizes(levels), levels.get(0).scores());
    }

    private static List<Size> sizes(List<Level> levels) {
        return levels.stream().map(Level::size).toList();
    }
}
