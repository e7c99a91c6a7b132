package dev.fovea.dense.detect.roi;

import dev.fovea.backbone.Size;
import dev.fovea.dense.ConvModule;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.ScoredBoxes;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Stopwatch;
import dev.fovea.tensor.NoGrad;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Class and box of a region, {@code [R, C, side, side]} (mmdet bbox_heads/convfc_bbox_head.py). */
public final class BoxHead extends Layer {
    private static final long EACH = 0;

    private final BoxHeadSpec spec;
    private final Tower shared;
    private final Tower score;
    private final Tower box;
    private final Linear fcCls;
    private final Linear fcReg;

    /** Convolutions and linear layers in a row. */
    private record Tower(List<ConvModule> convs, List<Linear> linears) {
        Tensor forward(Tensor x) {
            for (ConvModule conv : convs) {
                x = conv.forward(x);
            }
            for (Linear linear : linears) {
                x = linear.forward(x.flatten(1, -1)).relu();
            }
            return x;
        }
    }

    public BoxHead(BoxHeadSpec spec) {
        this.spec = spec;
        shared = tower("shared", spec.shared(), spec.width(), true);
        int from = spec.shared().convs() > 0 ? spec.channels() : spec.width();
        score = tower("cls", spec.score(), from, spec.shared().linears() == 0);
        box = tower("reg", spec.box(), from, spec.shared().linears() == 0);
        fcCls = child("fc_cls", linear(inputs(spec.score()), spec.classes() + 1, 0.01));
        fcReg = child("fc_reg", linear(inputs(spec.box()), 4 * spec.boxes(), 0.001));
    }

    private Tower tower(String name, BoxHeadSpec.Layers layers, int width, boolean flattens) {
        List<ConvModule> convs = new ArrayList<>();
        for (int i = 0; i < layers.convs(); i++) {
            Conv2d.Shape shape = Conv2d.Shape.kernel(3).same();
            convs.add(new ConvModule(
                    i == 0 ? width : spec.channels(),
                    spec.channels(),
                    spec.norm().withoutIdleBias(shape),
                    spec.norm(),
                    true));
        }
        int channels = layers.convs() > 0 ? spec.channels() : width;
        List<Linear> linears = new ArrayList<>();
        for (int i = 0; i < layers.linears(); i++) {
            int in = i > 0 || !flattens ? spec.units() : channels * spec.side() * spec.side();
            Linear linear = new Linear(in, spec.units());
            Init.xavierUniform(linear.weight());
            Init.zeros(linear.bias());
            linears.add(linear);
        }
        return new Tower(childList(name + "_convs", convs), childList(name + "_fcs", linears));
    }

    private int inputs(BoxHeadSpec.Layers branch) {
        if (branch.linears() > 0 || spec.shared().linears() > 0) {
            return spec.units();
        }
        boolean convolved = branch.convs() > 0 || spec.shared().convs() > 0;
        return (convolved ? spec.channels() : spec.width()) * spec.side() * spec.side();
    }

    private static Linear linear(int in, int out, double std) {
        Linear linear = new Linear(in, out);
        Init.normal(linear.weight(), std);
        Init.zeros(linear.bias());
        return linear;
    }

    public BoxHeadSpec spec() {
        return spec;
    }

    /**
     * What the head says.
     *
     * @param scores before the softmax, background last, {@code [R, K + 1]}
     * @param deltas {@code [R, 4 K]}, or {@code [R, 4]} where one box serves all classes
     */
    public record Output(Tensor scores, Tensor deltas) {}

    public Output output(Tensor regions) {
        Tensor x = shared.forward(regions);
        Tensor forScores = score.forward(x).flatten(1, -1),
                forBoxes = box.forward(x).flatten(1, -1);
        return new Output(
                fcCls.forward(forScores).to(ScalarType.Float),
                fcReg.forward(forBoxes).to(ScalarType.Float));
    }

    /**
     * The losses of a batch, scalars, weights included.
     *
     * @param accuracy percent of regions whose best class is right
     */
    public record Loss(Tensor scores, Tensor boxes, Tensor accuracy) {}

    /** @param boxes of the regions, {@code [R, 4]} */
    public Loss loss(Output output, Tensor boxes, BoxTargets targets) {
        Tensor labels = targets.labels();
        Tensor each = torch.cross_entropy_loss(output.scores(), labels, new TensorOptional(), EACH, -100, 0);
        Tensor counted = targets.labelWeights().gt(new Scalar(0)).sum().clamp_min(new Scalar(1));
        Tensor scores = each.mul(targets.labelWeights())
                .sum()
                .div(counted.to(ScalarType.Float))
                .mul(new Scalar(spec.scoreWeight()));
        Tensor positives = labels.lt(new Scalar(spec.classes())).nonzero().reshape(-1);
        Tensor own = own(output.deltas(), labels.clamp_max(new Scalar(spec.classes() - 1)));
        Tensor predicted = own.index_select(0, positives);
        if (spec.decoded()) {
            predicted = spec.coder().decode(boxes.index_select(0, positives), predicted, null);
        }
        Tensor far = spec.boxLoss()
                .sum(
                        predicted,
                        targets.boxes().index_select(0, positives),
                        targets.boxWeights().index_select(0, positives))
                .div(new Scalar((double) Math.max(1, labels.size(0))));
        return new Loss(scores, far, accuracy(output.scores(), labels));
    }

    private static Tensor accuracy(Tensor scores, Tensor labels) {
        try (NoGrad off = new NoGrad()) {
            return scores.argmax(new LongOptional(1), false)
                    .eq(labels)
                    .to(ScalarType.Float)
                    .sum()
                    .mul(new Scalar(100.0 / Math.max(1, labels.size(0))));
        }
    }

    /** The deltas of a class per region: {@code [R, 4 K], [R] -> [R, 4]}. */
    private Tensor own(Tensor deltas, Tensor classes) {
        if (spec.agnostic()) {
            return deltas;
        }
        long r = deltas.size(0);
        Tensor four = classes.reshape(r, 1, 1).expand(r, 1, 4);
        return deltas.reshape(r, spec.boxes(), 4).gather(1, four).squeeze(1);
    }

    /**
     * Boxes moved by the deltas of a class: {@code [R, 4]}. Sides that are no numbers become 0, so that boxes can be cut out of
     * maps: it is the loss that tells of them.
     *
     * @param classes int64 {@code [R]}, below K
     */
    public Tensor refine(Tensor boxes, Tensor classes, Tensor deltas, Size image) {
        DoubleOptional zero = new DoubleOptional(0);
        return spec.coder().decode(boxes, own(deltas, classes), image).nan_to_num(zero, zero, zero);
    }

    /** The same for the regions of a batch, each image's apart. */
    List<Tensor> refine(Regions regions, Tensor classes, Tensor deltas, List<Size> images) {
        return Stopwatch.time("proposals", () -> refinedApart(regions, classes, deltas, images));
    }

    private List<Tensor> refinedApart(Regions regions, Tensor classes, Tensor deltas, List<Size> images) {
        List<Tensor> boxes = regions.split(regions.boxes());
        List<Tensor> own = regions.split(classes), coded = regions.split(deltas);
        List<Tensor> refined = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            refined.add(refine(boxes.get(i), own.get(i), coded.get(i), images.get(i)));
        }
        return refined;
    }

    /** Best class of each region, the background left out: int64 {@code [R]}. */
    public Tensor bestClass(Tensor scores) {
        return scores.narrow(1, 0, spec.classes()).argmax(new LongOptional(1), false);
    }

    /**
     * Objects found in one image, in pixels of the original.
     *
     * @param probabilities of all classes, {@code [R, K + 1]}
     */
    public ScoredBoxes found(Tensor boxes, Tensor probabilities, Tensor deltas, ImageSize size, RegionUse use) {
        return candidates(boxes, probabilities, deltas, size).thinned(use.nms());
    }

    private Candidates candidates(Tensor boxes, Tensor probabilities, Tensor deltas, ImageSize size) {
        return new Candidates(boxes, deltas, probabilities.narrow(1, 0, spec.classes()), spec.coder(), size);
    }

    /** What may be an object among the regions of a batch, each image's apart. */
    List<Candidates> candidates(Regions regions, Tensor probabilities, Tensor deltas, List<ImageSize> sizes) {
        List<Tensor> boxes = regions.split(regions.boxes());
        List<Tensor> likely = regions.split(probabilities), coded = regions.split(deltas);
        List<Candidates> all = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            all.add(candidates(boxes.get(i), likely.get(i), coded.get(i), sizes.get(i)));
        }
        return all;
    }
}
