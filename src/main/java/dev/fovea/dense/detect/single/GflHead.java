package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Size;
import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.dense.detect.box.BoxOverlap;
import dev.fovea.nn.Conv2d;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The head of generalised focal loss (Li et al. 2020; mmdet dense_heads/gfl_head.py): one score for class and quality
 * together, and for each side of a box a distribution over its distance, in strides.
 */
public final class GflHead extends DenseHead {
    /** How far below the largest distance a target stays. */
    private static final double MARGIN = 0.1;

    /**
     * @param most largest distance of a side, in strides
     * @param beta of the quality focal loss
     * @param classWeight of the classes' loss, {@code boxWeight} of the boxes', {@code sideWeight} of the distributions'
     */
    public record LossSettings(int most, double beta, double classWeight, double boxWeight, double sideWeight) {
        public LossSettings {
            Limits.atLeast("most", most, 1);
            Limits.atLeast("beta", beta, 0);
            Limits.atLeast("classWeight", classWeight, 0);
            Limits.atLeast("boxWeight", boxWeight, 0);
            Limits.atLeast("sideWeight", sideWeight, 0);
        }
    }

    private final LossSettings losses;
    private final Conv2d cls;
    private final Conv2d reg;
    private final Integral integral;

    public GflHead(Settings settings, LossSettings losses) {
        super(settings);
        require(
                settings.anchors().shapes() == 1,
                "GFL has one anchor at a cell, not %d",
                settings.anchors().shapes());
        this.losses = losses;
        cls = child("gfl_cls", lastOfClasses());
        reg = child("gfl_reg", last(4 * (losses.most() + 1)));
        registerScales();
        integral = child("integral", new Integral(losses.most()));
    }

    @Override
    LevelMaps said(Tensor ofClasses, Tensor ofBoxes, Scale scale) {
        return new LevelMaps(floats(cls.forward(ofClasses)), floats(scale.forward(reg.forward(ofBoxes))), null);
    }

    @Override
    public Map<String, List<Tensor>> levelLosses(List<LevelMaps> said, DenseTargets targets) {
        List<Tensor> ofClasses = new ArrayList<>(), ofBoxes = new ArrayList<>(), ofSides = new ArrayList<>();
        Map<String, List<Tensor>> parts = new LinkedHashMap<>();
        parts.put("loss_cls", ofClasses);
        parts.put("loss_bbox", ofBoxes);
        parts.put("loss_dfl", ofSides);
        List<Tensor> sums = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            Tensor logits = LevelMaps.rows(said.get(i).classes(), classes()).flatten(0, 1); // [B n, K]
            Tensor labels = targets.level(targets.labels(), i);
            Tensor positives = labels.lt(new Scalar((long) classes())).nonzero().reshape(-1);
            Boxes boxes = boxes(said.get(i), targets, i, positives);
            Tensor weights = DenseLosses.rowMax(
                    logits.detach().index_select(0, positives).sigmoid());
            sums.add(weights.sum());
            ofBoxes.add(BoxLoss.giou(losses.boxWeight()).sum(boxes.decoded, boxes.truths, weights));
            ofSides.add(sideLoss(boxes).mul(weights).sum().mul(new Scalar(losses.sideWeight())));
            Tensor quality = quality(logits, labels, positives, boxes);
            ofClasses.add(DenseLosses.qualityFocal(logits, quality, losses.beta())
                    .mul(targets.level(targets.labelWeights(), i).unsqueeze(1))
                    .sum()
                    .mul(new Scalar(losses.classWeight()))
                    .div(new Scalar((double) targets.positives())));
        }
        Tensor sum = Tensors.stack(0, sums).sum().clamp_min(new Scalar(1.0));
        ofBoxes.replaceAll(each -> each.div(sum));
        ofSides.replaceAll(each -> each.div(sum));
        return parts;
    }

    /** Of the positive anchors, in strides: centres, coded and decoded boxes, and what they should be. */
    private record Boxes(Tensor centres, Tensor coded, Tensor decoded, Tensor truths) {}

    private Boxes boxes(LevelMaps said, DenseTargets targets, int level, Tensor positives) {
        Scalar stride = new Scalar((double) stride(level));
        Tensor centres = AnchorGenerator.centres(targets.anchorsOfBatch(level).index_select(0, positives))
                .div(stride);
        Tensor coded = LevelMaps.rows(said.boxes(), codeWidth()).flatten(0, 1).index_select(0, positives);
        Tensor truths =
                targets.level(targets.boxes(), level).index_select(0, positives).div(stride);
        return new Boxes(centres, coded, around(centres, integral.forward(coded)), truths);
    }

    /** What the classes' scores should be: the IoU of its box at an object's class, 0 elsewhere. */
    private Tensor quality(Tensor logits, Tensor labels, Tensor positives, Boxes boxes) {
        try (NoGrad off = new NoGrad()) {
            Tensor iou = BoxOverlap.IOU.aligned(boxes.decoded.detach(), boxes.truths);
            Tensor ofRows = torch.zeros_like(logits.select(1, 0)).index_copy(0, positives, iou);
            return DenseLosses.oneHot(labels, classes()).mul(ofRows.unsqueeze(1));
        }
    }

    /** The mean over the four sides: {@code [n]}. */
    private Tensor sideLoss(Boxes boxes) {
        Tensor low = boxes.centres.sub(boxes.truths.narrow(1, 0, 2));
        Tensor high = boxes.truths.narrow(1, 2, 2).sub(boxes.centres);
        Tensor distances = Tensors.cat(1, low, high)
                .clamp(new ScalarOptional(new Scalar(0.0)), new ScalarOptional(new Scalar(losses.most() - MARGIN)));
        Tensor each = DenseLosses.distributionFocal(
                boxes.coded.reshape(-1, losses.most() + 1), distances.reshape(-1)); // [4 n]
        return each.reshape(-1, 4).mean(1);
    }

    private static Tensor around(Tensor centres, Tensor distances) {
        return Tensors.cat(1, centres.sub(distances.narrow(1, 0, 2)), centres.add(distances.narrow(1, 2, 2)));
    }

    @Override
    Tensor decode(Tensor anchors, Tensor coded, int level, Size image) {
        Tensor distances = integral.forward(coded).mul(new Scalar((double) stride(level)));
        Tensor boxes = around(AnchorGenerator.centres(anchors), distances);
        Tensor most = Tensors.beside(
                Tensors.of(new float[] {image.width(), image.height(), image.width(), image.height()}, 4), boxes);
        return boxes.clamp_min(new Scalar(0.0)).minimum(most);
    }

    @Override
    int codeWidth() {
        return 4 * (losses.most() + 1);
    }
}
