package dev.fovea.dense.detect.roi;

import dev.fovea.backbone.Size;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.Sample;
import dev.fovea.tensor.NoGrad;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Stages that refine each other's boxes (Cai and Vasconcelos 2018; mmdet roi_heads/cascade_roi_head.py), and with
 * interleaved masks, their information flow and a semantic branch the hybrid task cascade (Chen et al. 2019;
 * roi_heads/htc_roi_head.py).
 */
public final class CascadeRoiHead extends RoiHead {
    private final CascadeSpec spec;
    private final List<BoxHead> boxHeads;
    private final List<MaskHead> maskHeads;
    private final SemanticHead semanticHead;

    public CascadeRoiHead(CascadeSpec spec) {
        this.spec = spec;
        List<BoxHead> boxes = new ArrayList<>();
        List<MaskHead> masks = new ArrayList<>();
        for (CascadeSpec.Stage stage : spec.stages()) {
            boxes.add(new BoxHead(stage.box()));
            if (stage.mask() != null) {
                masks.add(new MaskHead(stage.mask()));
            }
        }
        boxHeads = childList("bbox_head", boxes);
        maskHeads = masks.isEmpty() ? List.of() : childList("mask_head", masks);
        semanticHead = spec.semantic() == null ? null : child("semantic_head", new SemanticHead(spec.semantic()));
    }

    /** Of a batch: the pyramid's maps and those of the semantic branch, both ready to be cut. */
    private record Sources(RegionFeatures maps, RegionFeatures semantic, Tensor semanticLogits) {}

    private Sources sources(List<Tensor> maps) {
        RegionFeatures features = spec.source().of(maps);
        if (semanticHead == null) {
            return new Sources(features, null, null);
        }
        SemanticHead.Output output = semanticHead.output(maps);
        List<Integer> stride = List.of(spec.semantic().stride());
        return new Sources(features, new RegionFeatures(List.of(output.features()), stride), output.logits());
    }

    private BoxHead.Output boxes(int stage, Sources sources, Regions regions) {
        Tensor cut = spec.source().boxes().cut(sources.maps(), regions);
        boolean semantic = sources.semantic() != null && spec.semantic().forBoxes();
        return boxHeads.get(stage).output(semantic ? cut.add(semantic(sources, regions, cut)) : cut);
    }

    private Tensor maskRegions(Sources sources, Regions regions) {
        Tensor cut = spec.source().masks().cut(sources.maps(), regions);
        boolean semantic = sources.semantic() != null && spec.semantic().forMasks();
        return semantic ? cut.add(semantic(sources, regions, cut)) : cut;
    }

    /** The semantic branch's features in regions, with as many cells as {@code like} has. */
    private Tensor semantic(Sources sources, Regions regions, Tensor like) {
        RoiAlign align = spec.semantic().align();
        Tensor cut = new RegionExtractor(align, RegionLevels.USUAL).cut(sources.semantic(), regions);
        long side = like.size(2);
        return align.side() == side ? cut : torch.adaptive_avg_pool2d(cut, side, side);
    }

    @Override
    public Map<String, Tensor> losses(List<Tensor> maps, List<Tensor> proposals, List<GroundTruth> truths) {
        Map<String, Tensor> losses = new LinkedHashMap<>();
        Sources sources = sources(maps);
        if (semanticHead != null) {
            losses.put("loss_semantic_seg", semanticHead.loss(sources.semanticLogits(), truths));
        }
        List<Tensor> boxes = proposals;
        for (int i = 0; i < boxHeads.size(); i++) {
            RegionTraining training = spec.stages().get(i).training();
            List<Sample> samples = training.sample(boxes, truths);
            Trained trained = train(i, sources, samples, truths, losses);
            boolean last = i == boxHeads.size() - 1;
            if (!last || spec.interleaved()) {
                boxes = refined(i, trained, samples, truths);
            }
            if (findsMasks()) {
                List<Sample> onto = spec.interleaved() ? training.sample(boxes, truths) : samples;
                trainMasks(i, sources, onto, truths, losses);
            }
        }
        return losses;
    }

    private record Trained(Regions regions, BoxHead.Output output, BoxTargets targets) {}

    private Trained train(
            int stage, Sources sources, List<Sample> samples, List<GroundTruth> truths, Map<String, Tensor> losses) {
        CascadeSpec.Stage settings = spec.stages().get(stage);
        Regions regions = Regions.of(samples.stream().map(Sample::boxes).toList());
        BoxHead.Output output = boxes(stage, sources, regions);
        BoxTargets targets = BoxTargets.of(
                settings.box(), samples, truths, settings.training().positiveWeight());
        mark("stage%d.".formatted(stage), regions, output, targets);
        BoxHead.Loss loss = boxHeads.get(stage).loss(output, regions.boxes(), targets);
        Scalar weight = new Scalar(settings.weight());
        losses.put("s%d.loss_cls".formatted(stage), loss.scores().mul(weight));
        losses.put("s%d.acc".formatted(stage), loss.accuracy());
        losses.put("s%d.loss_bbox".formatted(stage), loss.boxes().mul(weight));
        return new Trained(regions, output, targets);
    }

    /** What the next stage starts from: boxes moved by their own deltas, the objects themselves left out. */
    private List<Tensor> refined(int stage, Trained trained, List<Sample> samples, List<GroundTruth> truths) {
        BoxHead head = boxHeads.get(stage);
        try (NoGrad off = new NoGrad()) {
            Tensor labels = trained.targets().labels();
            Tensor background = labels.eq(new Scalar(head.spec().classes()));
            Tensor classes =
                    torch.where(background, head.bestClass(trained.output().scores()), labels);
            List<Size> contents =
                    truths.stream().map(truth -> truth.size().content()).toList();
            List<Tensor> moved =
                    head.refine(trained.regions(), classes, trained.output().deltas(), contents);
            List<Tensor> refined = new ArrayList<>();
            for (int i = 0; i < moved.size(); i++) {
                Tensor found = samples.get(i).found().nonzero().reshape(-1);
                refined.add(moved.get(i).index_select(0, found));
            }
            return refined;
        }
    }

    private void trainMasks(
            int stage, Sources sources, List<Sample> samples, List<GroundTruth> truths, Map<String, Tensor> losses) {
        CascadeSpec.Stage settings = spec.stages().get(stage);
        Tensor regions = maskRegions(sources, positives(samples));
        Tensor earlier = null;
        for (int i = 0; i < stage && spec.maskFlow(); i++) {
            earlier = maskHeads.get(i).features(regions, earlier);
        }
        MaskHead head = maskHeads.get(stage);
        Tensor logits = head.logits(head.features(regions, earlier));
        int side = settings.training().maskSide();
        Tensor loss = maskLoss(head, logits, samples, truths, side, "stage%d.".formatted(stage));
        losses.put("s%d.loss_mask".formatted(stage), loss.mul(new Scalar(settings.weight())));
    }

    @Override
    public Look look(List<Tensor> maps, List<Tensor> proposals, List<ImageSize> sizes) {
        Sources sources = sources(maps);
        List<Size> contents = sizes.stream().map(ImageSize::content).toList();
        Regions regions = Regions.of(proposals);
        Tensor scores = null;
        BoxHead.Output output = null;
        for (int i = 0; i < boxHeads.size(); i++) {
            if (i > 0) {
                BoxHead before = boxHeads.get(i - 1);
                Tensor classes = before.bestClass(output.scores());
                regions = Regions.of(before.refine(regions, classes, output.deltas(), contents));
            }
            output = boxes(i, sources, regions);
            scores = scores == null ? output.scores() : scores.add(output.scores());
        }
        Tensor mean = scores.div(new Scalar((double) boxHeads.size()));
        BoxHead last = boxHeads.get(boxHeads.size() - 1);
        List<Candidates> found = last.candidates(regions, mean.softmax(1), output.deltas(), sizes);
        return new Look(found, findsMasks() ? (r, labels) -> masks(sources, r, labels) : null);
    }

    @Override
    public RegionUse use() {
        return spec.use();
    }

    /** The mean of all stages' probabilities. */
    private Tensor masks(Sources sources, Regions regions, Tensor labels) {
        Tensor cut = maskRegions(sources, regions);
        Tensor earlier = null, sum = null;
        for (MaskHead head : maskHeads) {
            Tensor features = head.features(cut, spec.maskFlow() ? earlier : null);
            earlier = features;
            Tensor probabilities = head.own(head.logits(features), labels).sigmoid();
            sum = sum == null ? probabilities : sum.add(probabilities);
        }
        return sum.div(new Scalar((double) maskHeads.size()));
    }

    @Override
    public int classes() {
        return spec.stages().get(0).box().classes();
    }

    @Override
    public boolean findsMasks() {
        return !maskHeads.isEmpty();
    }
}
