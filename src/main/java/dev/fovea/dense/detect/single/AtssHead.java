package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Size;
import dev.fovea.dense.Limits;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.dense.detect.box.BoxCoder;
import dev.fovea.dense.detect.box.BoxLoss;
import dev.fovea.nn.Conv2d;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The head of ATSS (Zhang et al. 2020; mmdet dense_heads/atss_head.py): classes by focal loss, boxes by generalised IoU, and
 * how near to the middle of its object an anchor is, by which scores are multiplied.
 */
public final class AtssHead extends DenseHead {

    /**
     * @param alpha and {@code gamma}: of the focal loss
     * @param classWeight of the classes' loss, {@code boxWeight} of the boxes', {@code centernessWeight} of the centreness'
     */
    public record LossSettings(
            double alpha, double gamma, double classWeight, double boxWeight, double centernessWeight) {
        public LossSettings {
            Limits.share("alpha", alpha);
            Limits.atLeast("gamma", gamma, 0);
            Limits.atLeast("classWeight", classWeight, 0);
            Limits.atLeast("boxWeight", boxWeight, 0);
            Limits.atLeast("centernessWeight", centernessWeight, 0);
        }
    }

    private final BoxCoder coder;
    private final LossSettings losses;
    private final Conv2d cls;
    private final Conv2d reg;
    private final Conv2d centerness;

    public AtssHead(Settings settings, BoxCoder coder, LossSettings losses) {
        super(settings);
        this.coder = coder;
        this.losses = losses;
        cls = child("atss_cls", lastOfClasses());
        reg = child("atss_reg", last(4));
        centerness = child("atss_centerness", last(1));
        registerScales();
    }

    @Override
    LevelMaps said(Tensor ofClasses, Tensor ofBoxes, Scale scale) {
        return new LevelMaps(
                floats(cls.forward(ofClasses)),
                floats(scale.forward(reg.forward(ofBoxes))),
                floats(centerness.forward(ofBoxes)));
    }

    @Override
    public Map<String, List<Tensor>> levelLosses(List<LevelMaps> said, DenseTargets targets) {
        List<Tensor> ofClasses = new ArrayList<>(), ofBoxes = new ArrayList<>(), ofCentres = new ArrayList<>();
        Map<String, List<Tensor>> parts = new LinkedHashMap<>();
        parts.put("loss_cls", ofClasses);
        parts.put("loss_bbox", ofBoxes);
        parts.put("loss_centerness", ofCentres);
        List<Tensor> sums = new ArrayList<>();
        Scalar count = new Scalar((double) targets.positives());
        for (int i = 0; i < said.size(); i++) {
            Tensor labels = targets.level(targets.labels(), i);
            Tensor positives = labels.lt(new Scalar((long) classes())).nonzero().reshape(-1);
            ofClasses.add(classLoss(said.get(i), labels, targets.level(targets.labelWeights(), i))
                    .div(count));
            Tensor coded = LevelMaps.rows(said.get(i).boxes(), 4).flatten(0, 1).index_select(0, positives);
            Tensor logits = LevelMaps.rows(said.get(i).quality(), 1).reshape(-1).index_select(0, positives);
            Tensor anchors = targets.anchorsOfBatch(i).index_select(0, positives);
            Tensor truths = targets.level(targets.boxes(), i).index_select(0, positives);
            Tensor centred = centred(anchors, truths);
            sums.add(centred.sum());
            Tensor decoded = coder.decode(anchors, coded, null);
            ofBoxes.add(BoxLoss.giou(losses.boxWeight()).sum(decoded, truths, centred));
            ofCentres.add(DenseLosses.crossEntropy(logits, centred)
                    .sum()
                    .mul(new Scalar(losses.centernessWeight()))
                    .div(count));
        }
        Tensor sum = Tensors.stack(0, sums).sum().clamp_min(new Scalar(1.0));
        ofBoxes.replaceAll(each -> each.div(sum));
        return parts;
    }

    private Tensor classLoss(LevelMaps said, Tensor labels, Tensor weights) {
        Tensor logits = LevelMaps.rows(said.classes(), classes()).flatten(0, 1);
        Tensor towards = DenseLosses.oneHot(labels, classes());
        return DenseLosses.focal(logits, towards, losses.alpha(), losses.gamma())
                .mul(weights.unsqueeze(1))
                .sum()
                .mul(new Scalar(losses.classWeight()));
    }

    /** 1 for an anchor in the middle of its object, towards 0 at the border: {@code [n]}. */
    private static Tensor centred(Tensor anchors, Tensor truths) {
        try (NoGrad off = new NoGrad()) {
            Tensor centre = AnchorGenerator.centres(anchors);
            Tensor near = centre.sub(truths.narrow(1, 0, 2)),
                    far = truths.narrow(1, 2, 2).sub(centre); // [n, 2]
            Tensor ratios = near.minimum(far).div(near.maximum(far));
            return ratios.select(1, 0).mul(ratios.select(1, 1)).sqrt();
        }
    }

    @Override
    Tensor decode(Tensor anchors, Tensor coded, int level, Size image) {
        return coder.decode(anchors, coded, image);
    }

    @Override
    int codeWidth() {
        return 4;
    }
}
