package dev.fovea.dense.detect.twostage;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.Pooled;
import dev.fovea.dense.Fpn;
import dev.fovea.dense.adapter.ExtraAttention;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.ImageView;
import dev.fovea.dense.detect.SeesViews;
import dev.fovea.dense.detect.box.Suppression;
import dev.fovea.dense.detect.roi.JoinedLooks;
import dev.fovea.dense.detect.roi.RoiHead;
import dev.fovea.dense.detect.rpn.Proposals;
import dev.fovea.dense.detect.rpn.RpnHead;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Backbone, feature pyramid, region proposals and what looks into them (mmdet detectors/two_stage.py), children
 * {@code backbone}, {@code extra_attention}, {@code neck}, {@code rpn_head} and {@code roi_head}.
 */
public final class TwoStageDetector extends Detector implements SeesViews {
    private final ExtraAttention attention;
    private final Fpn neck;
    private final int levels;
    private final RpnHead rpnHead;
    private final RoiHead roiHead;

    /**
     * What makes maps of one width out of the backbone's, one after the other.
     *
     * @param attention over the coarsest map; null = none
     * @param pyramid null where the backbone's own pyramid is of one width already
     * @param levels maps that proposals are made on
     */
    public record Neck(ExtraAttention attention, Fpn pyramid, int levels) {}

    public TwoStageDetector(Backbone backbone, Neck neck, RpnHead rpnHead, RoiHead roiHead) {
        super(backbone);
        this.attention = neck.attention == null ? null : child("extra_attention", neck.attention);
        this.neck = neck.pyramid == null ? null : child("neck", neck.pyramid);
        this.levels = neck.levels;
        this.rpnHead = child("rpn_head", rpnHead);
        this.roiHead = child("roi_head", roiHead);
    }

    private List<Tensor> maps(Tensor images) {
        List<Tensor> own = backbone().pyramid(images).maps();
        List<Tensor> given = attention == null ? own : attention.forward(own);
        List<Tensor> maps = new ArrayList<>(neck == null ? given : neck.forward(given));
        while (maps.size() < levels) {
            maps.add(Pooled.largest(maps.get(maps.size() - 1), 1)); // every second cell
        }
        return maps;
    }

    @Override
    public Losses losses(Tensor images, List<GroundTruth> truths) {
        requireOnePerImage(images, truths, "ground truths");
        List<Tensor> maps = maps(images);
        List<RpnHead.Level> levels = rpnHead.levels(maps);
        RpnHead.Loss proposing = rpnHead.loss(levels, rpnHead.targets(levels, truths));
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("loss_rpn_cls", Tap.mark("loss_rpn_cls", proposing.scores()).sum());
        parts.put("loss_rpn_bbox", Tap.mark("loss_rpn_bbox", proposing.boxes()).sum());
        List<Tensor> proposals =
                proposals(levels, truths.stream().map(GroundTruth::size).toList());
        parts.putAll(roiHead.losses(maps, proposals, truths));
        return new Losses(total(parts), parts);
    }

    /** Everything that is called a loss; an accuracy is none. */
    private static Tensor total(Map<String, Tensor> parts) {
        return parts.entrySet().stream()
                .filter(part -> part.getKey().contains("loss"))
                .map(Map.Entry::getValue)
                .reduce(Tensor::add)
                .orElseThrow();
    }

    private List<Tensor> proposals(List<RpnHead.Level> levels, List<ImageSize> sizes) {
        List<Tensor> boxes = new ArrayList<>();
        List<Proposals> found = rpnHead.proposals(levels, sizes);
        for (int i = 0; i < found.size(); i++) {
            Proposals image = found.get(i);
            if (Tap.isOpen()) {
                Tap.mark("proposals." + i, image.rows());
            }
            boxes.add(image.boxes());
        }
        return boxes;
    }

    @Override
    public List<DetectionResult> detect(Tensor images, List<ImageSize> sizes) {
        requireOnePerImage(images, sizes, "sizes");
        List<Tensor> maps = maps(images);
        return roiHead.detect(maps, proposals(rpnHead.levels(maps), sizes), sizes);
    }

    @Override
    public DetectionResult detect(List<ImageView> views, Suppression suppression, int most) {
        JoinedLooks joined = new JoinedLooks(roiHead.use());
        for (ImageView view : views) {
            List<Tensor> maps = maps(view.image());
            List<ImageSize> sizes = List.of(view.size());
            joined.add(view, roiHead.look(maps, proposals(rpnHead.levels(maps), sizes), sizes));
        }
        return joined.result(suppression, most);
    }

    @Override
    public int classes() {
        return roiHead.classes();
    }

    @Override
    public boolean findsMasks() {
        return roiHead.findsMasks();
    }
}
