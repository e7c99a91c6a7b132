package dev.fovea;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.HardNms;
import dev.fovea.dense.detect.query.Mask2FormerDetectorSpec;
import dev.fovea.dense.detect.single.AtssHead;
import dev.fovea.dense.detect.single.AtssSpec;
import dev.fovea.dense.detect.single.DenseFrame;
import dev.fovea.dense.detect.single.GflHead;
import dev.fovea.dense.detect.single.GflSpec;
import dev.fovea.dense.detect.single.TargetRules;
import dev.fovea.dense.detect.single.TestRules;
import dev.fovea.dense.detect.twostage.BoxSettings;
import dev.fovea.dense.detect.twostage.CascadeMaskRcnnSpec;
import dev.fovea.dense.detect.twostage.HtcSpec;
import dev.fovea.dense.detect.twostage.MaskRcnnSpec;
import dev.fovea.dense.detect.twostage.MaskSettings;
import dev.fovea.dense.detect.twostage.NeckKind;
import dev.fovea.dense.detect.twostage.ProposalSettings;
import dev.fovea.dense.detect.twostage.ResultSettings;
import dev.fovea.dense.mask2former.Mask2FormerSettings;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Every detector in small, on images of 32 pixels with two objects each. */
final class TinyDetectors {
    static final int CLASSES = 3;
    private static final int SIDE = 32;
    /** Cells of a semantic map, as batches have it. */
    private static final int SEMANTIC_SIDE = SIDE / ObjectBatch.CELL;

    private static final float[] BOXES = {2, 2, 14, 14, 10, 8, 30, 28};

    private TinyDetectors() {}

    static Map<String, DetectorSpec> all() {
        Map<String, DetectorSpec> all = new LinkedHashMap<>();
        BoxSettings box = new BoxSettings(0, false, 1, 16, BoxSettings.Loss.L1, false, 16);
        BoxSettings agnostic = new BoxSettings(1, false, 1, 16, BoxSettings.Loss.SMOOTH_L1, true, 16);
        ProposalSettings proposals = new ProposalSettings(
                4, List.of(0.5, 1.0, 2.0), 1, ProposalSettings.Loss.L1, false, 32, 50, 40, 50, 30, 0.7);
        MaskSettings mask = new MaskSettings(1, false);
        all.put(
                "mask-rcnn",
                new MaskRcnnSpec(NeckKind.FPN, 8, proposals, box, Optional.of(mask), ResultSettings.USUAL));
        all.put(
                "cascade-mask-rcnn",
                new CascadeMaskRcnnSpec(NeckKind.FPN, 8, proposals, box, Optional.of(mask), ResultSettings.USUAL));
        all.put(
                "htc",
                new HtcSpec(
                        Optional.of(new HtcSpec.Attention(2, 1, 0)),
                        NeckKind.FPN,
                        8,
                        proposals,
                        agnostic,
                        mask,
                        Optional.of(new HtcSpec.Semantic(4, 1, 0.2)),
                        ResultSettings.SOFT));
        DenseFrame frame = new DenseFrame(8, 4, 1, 2, 4);
        TargetRules targets = new TargetRules(3, -1, -1);
        TestRules results = new TestRules(0, 20, new HardNms(0.6), 10);
        all.put("atss", new AtssSpec(frame, targets, new AtssHead.LossSettings(0.25, 2, 1, 2, 1), results));
        all.put("gfl", new GflSpec(frame, targets, new GflHead.LossSettings(6, 2, 1, 2, 0.25), results));
        all.put(
                "mask2former (objects)",
                new Mask2FormerDetectorSpec(
                        8,
                        2,
                        5,
                        2,
                        new Mask2FormerSettings.Encoder(1, 2, 16),
                        new Mask2FormerSettings.Decoder(2, 16),
                        new Mask2FormerSettings.Loss(16, 3, 0.75, 2, 5, 5, 0.1),
                        10));
        return all;
    }

    static Detector build(DetectorSpec detector, BackboneSpec backbone) {
        return detector.build(backbone.build(Use.DENSE), CLASSES);
    }

    static Tensor loss(Detector model, Tensor images) {
        List<GroundTruth> truths = new ArrayList<>();
        for (int b = 0; b < images.size(0); b++) {
            Tensor masks = torch.zeros(new long[] {2, SIDE, SIDE}, Tensors.options(ScalarType.Byte));
            for (int g = 0; g < 2; g++) {
                int left = (int) BOXES[4 * g], top = (int) BOXES[4 * g + 1];
                masks.select(0, g)
                        .narrow(0, top, (long) BOXES[4 * g + 3] - top)
                        .narrow(1, left, (long) BOXES[4 * g + 2] - left)
                        .fill_(new org.bytedeco.pytorch.Scalar(1));
            }
            Tensor semantic = Tensors.of(new long[SEMANTIC_SIDE * SEMANTIC_SIDE], SEMANTIC_SIDE, SEMANTIC_SIDE);
            truths.add(new GroundTruth(
                    ImageSize.of(Size.square(SIDE)),
                    Tensors.of(BOXES, 2, 4),
                    Tensors.of(new long[] {0, 2}, 2),
                    masks,
                    semantic));
        }
        return model.losses(images, truths).total();
    }

    /** All numbers of what is found, in one row. */
    static Tensor found(Detector model, Tensor images) {
        List<ImageSize> sizes = new ArrayList<>();
        for (int b = 0; b < images.size(0); b++) {
            sizes.add(ImageSize.of(Size.square(SIDE)));
        }
        List<Tensor> numbers = new ArrayList<>();
        for (DetectionResult result : model.detect(images, sizes)) {
            numbers.add(result.boxes().reshape(-1));
            numbers.add(result.scores());
        }
        return Tensors.cat(0, numbers);
    }
}
