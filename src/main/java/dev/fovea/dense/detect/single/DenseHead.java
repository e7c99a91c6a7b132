package dev.fovea.dense.detect.single;

import dev.fovea.backbone.Size;
import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.box.AnchorGenerator;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A head that every level shares: two towers of convolutions, and on them what says classes and boxes of the anchors at
 * every cell.
 */
public abstract class DenseHead extends Layer {
    private static final double STD = 0.01;
    /** Scores that all anchors start with. */
    private static final double PRIOR = 0.01;

    /**
     * What both heads need.
     *
     * @param in channels of the maps
     * @param channels of the towers
     * @param stacked convolutions of each tower
     */
    public record Settings(
            int in,
            int channels,
            int stacked,
            Norm norm,
            int classes,
            AnchorGenerator anchors,
            TargetRules targets,
            TestRules test) {}

    private final Settings settings;
    private final List<ConvModule> clsConvs;
    private final List<ConvModule> regConvs;
    private final List<Scale> scales;

    DenseHead(Settings settings) {
        this.settings = settings;
        clsConvs = childList("cls_convs", tower());
        regConvs = childList("reg_convs", tower());
        scales = new ArrayList<>();
        settings.anchors().strides().forEach(stride -> scales.add(new Scale()));
    }

    /** Registers what differs between heads after what is shared, in the reference's order. */
    final void registerScales() {
        childList("scales", scales);
    }

    private List<ConvModule> tower() {
        List<ConvModule> convs = new ArrayList<>();
        Conv2d.Shape shape =
                settings.norm().withoutIdleBias(Conv2d.Shape.kernel(3).same());
        for (int i = 0; i < settings.stacked(); i++) {
            int in = i == 0 ? settings.in() : settings.channels();
            ConvModule conv = new ConvModule(in, settings.channels(), shape, settings.norm(), true);
            Init.normal(conv.conv().weight(), STD);
            convs.add(conv);
        }
        return convs;
    }

    /** A last convolution; {@code width} numbers for each anchor. */
    final Conv2d last(int width) {
        int in = settings.stacked() == 0 ? settings.in() : settings.channels();
        Conv2d conv = new Conv2d(
                in, settings.anchors().shapes() * width, Conv2d.Shape.kernel(3).same());
        Init.normal(conv.weight(), STD);
        Init.zeros(conv.bias());
        return conv;
    }

    /** The last convolution of the classes, which starts with low scores. */
    final Conv2d lastOfClasses() {
        Conv2d conv = last(settings.classes());
        Init.constant(conv.bias(), -Math.log((1 - PRIOR) / PRIOR));
        return conv;
    }

    final int classes() {
        return settings.classes();
    }

    final int stride(int level) {
        return settings.anchors().strides().get(level);
    }

    /** The last convolutions, from the ends of the two towers. */
    abstract LevelMaps said(Tensor ofClasses, Tensor ofBoxes, Scale scale);

    /** The losses of every level by the reference's names, weighted and divided by what they are divided by. */
    public abstract Map<String, List<Tensor>> levelLosses(List<LevelMaps> said, DenseTargets targets);

    /** Boxes in pixels of chosen anchors {@code [n, 4]}, from their coding {@code [n, C]}; cut at the image's border. */
    abstract Tensor decode(Tensor anchors, Tensor coded, int level, Size image);

    /** Numbers of an anchor's box in the head's coding. */
    abstract int codeWidth();

    /** {@code [B, C, h, w]} of every level to what the head says. */
    public final List<LevelMaps> forward(List<Tensor> maps) {
        require(
                maps.size() == scales.size(),
                "%s of %d strides is given %d maps",
                getClass().getSimpleName(),
                scales.size(),
                maps.size());
        List<LevelMaps> said = new ArrayList<>();
        for (int i = 0; i < maps.size(); i++) {
            said.add(said(through(clsConvs, maps.get(i)), through(regConvs, maps.get(i)), scales.get(i)));
        }
        return said;
    }

    private static Tensor through(List<ConvModule> tower, Tensor map) {
        Tensor x = map;
        for (ConvModule conv : tower) {
            x = conv.forward(x);
        }
        return x;
    }

    static Tensor floats(Tensor x) {
        return x.to(ScalarType.Float);
    }

    public final DenseTargets targets(List<LevelMaps> said, List<GroundTruth> truths) {
        return DenseTargets.of(settings.anchors(), settings.targets(), sizes(said), truths, settings.classes());
    }

    private static List<Size> sizes(List<LevelMaps> said) {
        return said.stream()
                .map(each -> new Size(
                        (int) each.classes().size(2), (int) each.classes().size(3)))
                .toList();
    }

    final Losses losses(List<Tensor> maps, List<GroundTruth> truths) {
        List<LevelMaps> said = forward(maps);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        levelLosses(said, targets(said, truths))
                .forEach((name, levels) ->
                        parts.put(name, Tensors.stack(0, levels).sum()));
        Tensor total = Tensors.stack(0, List.copyOf(parts.values())).sum();
        return new Losses(total, parts);
    }

    /** What is found in each image of a batch, from what the head says. */
    public final List<DetectionResult> detect(List<LevelMaps> said, List<ImageSize> images) {
        List<Tensor> anchors =
                settings.anchors().anchors(sizes(said), said.get(0).classes());
        List<DetectionResult> results = new ArrayList<>();
        for (int b = 0; b < images.size(); b++) {
            results.add(new DenseCandidates(this, settings.test()).found(said, anchors, b, images.get(b)));
        }
        return results;
    }
}
