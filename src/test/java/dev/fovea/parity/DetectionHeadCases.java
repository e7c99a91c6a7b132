package dev.fovea.parity;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Rle;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.dense.detect.roi.BoxHead;
import dev.fovea.dense.detect.roi.BoxHeadSpec;
import dev.fovea.dense.detect.roi.BoxTargets;
import dev.fovea.dense.detect.roi.MaskHead;
import dev.fovea.dense.detect.roi.MaskPaste;
import dev.fovea.dense.detect.roi.MaskTargets;
import dev.fovea.dense.detect.rpn.Proposals;
import dev.fovea.dense.detect.rpn.RpnHead;
import dev.fovea.dense.detect.rpn.RpnTargets;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The heads of two-stage detectors by themselves. */
final class DetectionHeadCases {
    static final Map<String, CaseRunner> HEADS = Map.of(
            "rpn_head", DetectionHeadCases::rpn,
            "bbox_head_shared2fc", DetectionHeadCases::boxHead,
            "bbox_head_4conv1fc_giou", DetectionHeadCases::boxHead,
            "mask_head", DetectionHeadCases::maskHead);

    private DetectionHeadCases() {}

    private static void rpn(Case given) {
        Config config = given.config();
        Config test = config.in("test_cfg");
        RpnHead head = new RpnHead(DetectionSettings.rpn(config, config.in("train_cfg"), test, test));
        ReferenceWeights weights = new ReferenceWeights(head, UnaryOperator.identity());
        weights.load(given);
        head.train(given.training());
        GivenFeatures features = new GivenFeatures(given);
        List<ImageSize> sizes = DetectionSettings.images(config);
        List<RpnHead.Level> levels = head.levels(features.maps());
        RpnTargets targets = head.targets(levels, truths(given, sizes));
        RpnHead.Loss loss = head.loss(levels, targets);
        Tensor total = loss.scores().sum().add(loss.boxes().sum());
        total.mul(given.input("grad_scale")).sum().backward();
        checkLevels(given, levels, targets);
        given.check("num_pos_neg", Tensors.of(new long[] {targets.positives(), targets.negatives()}, 2));
        given.check("loss.loss_rpn_cls", loss.scores());
        given.check("loss.loss_rpn_bbox", loss.boxes());
        given.check("loss", total.reshape(1));
        List<Proposals> proposals = head.proposals(levels, sizes);
        for (int i = 0; i < proposals.size(); i++) {
            given.check("proposals." + i, proposals.get(i).rows());
        }
        Map<String, Tensor> gradients = weights.gradients(given);
        features.putGradients(gradients);
        given.checkGradients(gradients);
    }

    private static void checkLevels(Case given, List<RpnHead.Level> levels, RpnTargets targets) {
        long from = 0;
        for (int i = 0; i < levels.size(); i++) {
            RpnHead.Level level = levels.get(i);
            given.check("cls_score." + i, level.scores());
            given.check("bbox_pred." + i, level.deltas());
            long count = level.scores().numel() / level.scores().size(0);
            given.check("target.labels." + i, targets.labels().narrow(1, from, count));
            given.check("target.label_weights." + i, targets.labelWeights().narrow(1, from, count));
            given.check("target.bbox_targets." + i, targets.boxes().narrow(1, from, count));
            given.check(
                    "target.bbox_weights." + i, fourfold(targets.boxWeights().narrow(1, from, count)));
            from += count;
        }
    }

    /** The reference weighs each number of a box, this project each box. */
    static Tensor fourfold(Tensor weights) {
        return weights.unsqueeze(-1).expand_as(Tensors.stack(-1, List.of(weights, weights, weights, weights)));
    }

    /** What is to be found in each image of a case; masks and semantic maps where it has them. */
    static List<GroundTruth> truths(Case given, List<ImageSize> sizes) {
        Map<String, Tensor> inputs = given.inputs();
        List<GroundTruth> truths = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            Tensor semantic = inputs.get("gt_semantic_seg");
            truths.add(new GroundTruth(
                    sizes.get(i),
                    given.input("gt_bboxes." + i),
                    given.input("gt_labels." + i),
                    inputs.get("gt_masks." + i),
                    semantic == null ? null : semantic.select(0, i).squeeze(0)));
        }
        return truths;
    }

    private static void boxHead(Case given) {
        Config config = given.config();
        BoxHeadSpec spec = DetectionSettings.boxHead(config);
        BoxHead head = new BoxHead(spec);
        ReferenceWeights weights = new ReferenceWeights(head, UnaryOperator.identity());
        weights.load(given);
        head.train(given.training());
        ImageSize size = DetectionSettings.images(config).get(0);
        Tensor features = given.input("roi_feats").set_requires_grad(true);
        Tensor boxes = given.input("rois").narrow(1, 1, 4);
        GroundTruth truth = new GroundTruth(size, given.input("pos_gt_bboxes"), given.input("pos_gt_labels"));
        BoxTargets targets = BoxTargets.of(
                spec,
                List.of(firstOnes(boxes, truth.count())),
                List.of(truth),
                config.in("_train_cfg").doubleAt("pos_weight", -1));
        BoxHead.Output output = head.output(features);
        BoxHead.Loss loss = head.loss(output, boxes, targets);
        Tensor total = loss.scores().add(loss.boxes());
        total.mul(given.input("grad_scale")).sum().backward();
        given.check("cls_score", output.scores());
        given.check("bbox_pred", output.deltas());
        given.check("target.labels", targets.labels());
        given.check("target.label_weights", targets.labelWeights());
        given.check("target.bbox_targets", targets.boxes());
        given.check("target.bbox_weights", fourfold(targets.boxWeights()));
        given.check("loss.loss_cls", loss.scores().reshape(1));
        given.check("loss.acc", loss.accuracy().reshape(1));
        given.check("loss.loss_bbox", loss.boxes().reshape(1));
        given.check("loss", total.reshape(1));
        Tensor probabilities = output.scores().detach().softmax(1);
        ScoredBoxes found = head.found(
                boxes,
                probabilities,
                output.deltas().detach(),
                size,
                DetectionSettings.regionUse(config.in("_test_cfg")));
        given.check("det_bboxes", Tensors.cat(1, found.boxes(), found.scores().unsqueeze(1)));
        given.check("det_labels", found.labels());
        Map<String, Tensor> gradients = weights.gradients(given);
        gradients.put("input.roi_feats", features.grad());
        given.checkGradients(gradients);
        checkBuffers(given, head);
    }

    /** A sample whose first boxes stand for the objects, one each. */
    private static Sample firstOnes(Tensor boxes, long objects) {
        long rest = boxes.size(0) - objects;
        Tensor positives = Tensors.range(0, objects);
        return new Sample(
                positives,
                Tensors.range(objects, objects + rest),
                boxes.narrow(0, 0, objects),
                boxes.narrow(0, objects, rest),
                positives,
                0);
    }

    /** Outputs named {@code after.X}: buffers as the forward pass in train mode left them. */
    static void checkBuffers(Case given, Layer model) {
        checkBuffers(given, model, UnaryOperator.identity());
    }

    /** @param rename from the reference's names to those here */
    static void checkBuffers(Case given, Layer model, UnaryOperator<String> rename) {
        Map<String, Tensor> after = model.buffersByName();
        for (String name : given.outputs().keySet()) {
            if (name.startsWith("after.")) {
                Tensor buffer = after.get(rename.apply(name.substring("after.".length())));
                boolean counter = buffer != null && buffer.numel() == 1;
                given.check(name, counter ? buffer.reshape(given.output(name).sizes()) : buffer);
            }
        }
    }

    static void maskHead(Case given) {
        Config config = given.config();
        MaskHead head = new MaskHead(DetectionSettings.maskHead(config));
        ReferenceWeights weights = new ReferenceWeights(head, UnaryOperator.identity());
        weights.load(given);
        head.train(given.training());
        Tensor features = given.input("roi_feats").set_requires_grad(true);
        Tensor logits = head.forward(features);
        Tensor targets = MaskTargets.of(
                given.input("gt_masks"),
                given.input("pos_bboxes"),
                given.input("pos_assigned_gt_inds"),
                config.intAt("_mask_size"));
        Tensor loss = head.loss(logits, targets, given.input("pos_gt_labels"));
        loss.mul(given.input("grad_scale")).sum().backward();
        given.check("mask_pred", logits);
        given.check("mask_targets", targets);
        given.check("loss.loss_mask", loss.reshape(1));
        given.check("loss", loss.reshape(1));
        checkPasted(given, head, logits.detach());
        Map<String, Tensor> gradients = weights.gradients(given);
        gradients.put("input.roi_feats", features.grad());
        given.checkGradients(gradients);
        checkBuffers(given, head);
    }

    private static void checkPasted(Case given, MaskHead head, Tensor logits) {
        Tensor boxes = given.input("det_bboxes").narrow(1, 0, 4), labels = given.input("det_labels");
        Tensor masks = head.own(logits.narrow(0, 0, boxes.size(0)), labels).sigmoid();
        Size input = given.config().sizeAt("_hw");
        given.check("pasted", bytes(new MaskPaste(input, 0.5).paste(masks, boxes), input));
        // The scale factors that the notes of the case give: its config does not.
        Size original = new Size((int) (input.height() / 1.2), (int) (input.width() / 1.25));
        ImageSize size = new ImageSize(input, input, original, 1.25, 1.2);
        given.check(
                "pasted_rescaled", bytes(new MaskPaste(original, 0.5).paste(masks, size.toOriginal(boxes)), original));
    }

    /** uint8 {@code [N, H, W]}. */
    static Tensor bytes(List<Rle> masks, Size size) {
        if (masks.isEmpty()) {
            return Tensors.zeros(0, size.height(), size.width()).to(ScalarType.Byte);
        }
        List<Tensor> images = new ArrayList<>();
        for (Rle mask : masks) {
            images.add(Tensors.of(mask.decode(), size.height(), size.width()));
        }
        return Tensors.stack(0, images);
    }
}
