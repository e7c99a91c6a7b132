package dev.fovea.dense.detect.roi;

import dev.fovea.dense.ConvModule;
import dev.fovea.dense.Norm;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.tensor.Shapes;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** HTC's semantic branch: all levels at one resolution, summed (mmdet mask_heads/fused_semantic_head.py). */
public final class SemanticHead extends Layer {
    private static final long SUM = 2;

    private final SemanticSpec spec;
    private final List<ConvModule> lateralConvs;
    private final List<ConvModule> convs;
    private final ConvModule convEmbedding;
    private final Conv2d convLogits;

    public SemanticHead(SemanticSpec spec) {
        this.spec = spec;
        List<ConvModule> lateral = new ArrayList<>();
        for (int i = 0; i < spec.levels(); i++) {
            lateral.add(new ConvModule(spec.width(), spec.width(), 1, Norm.NONE));
        }
        lateralConvs = childList("lateral_convs", lateral);
        List<ConvModule> deep = new ArrayList<>();
        for (int i = 0; i < spec.convs(); i++) {
            deep.add(new ConvModule(i == 0 ? spec.width() : spec.channels(), spec.channels(), 3, Norm.NONE));
        }
        convs = childList("convs", deep);
        convEmbedding = child("conv_embedding", new ConvModule(spec.channels(), spec.channels(), 1, Norm.NONE));
        convLogits = child("conv_logits", new Conv2d(spec.channels(), spec.classes(), Conv2d.Shape.kernel(1)));
        Init.kaimingNormalFanOut(convLogits.weight());
        Init.zeros(convLogits.bias());
    }

    /**
     * What it makes of a pyramid.
     *
     * @param logits {@code [B, S, h, w]} of S semantic classes
     * @param features {@code [B, C', h, w]}, for regions
     */
    public record Output(Tensor logits, Tensor features) {}

    public Output output(List<Tensor> maps) {
        require(maps.size() >= spec.levels(), "a semantic branch of %d levels is given %d", spec.levels(), maps.size());
        Tensor at = maps.get(spec.level());
        Tensor x = lateralConvs.get(spec.level()).forward(at);
        for (int i = 0; i < spec.levels(); i++) {
            if (i != spec.level()) {
                Tensor resized = Bilinear.resizeLike(maps.get(i), at, true);
                x = x.add(lateralConvs.get(i).forward(resized));
            }
        }
        for (ConvModule conv : convs) {
            x = conv.forward(x);
        }
        return new Output(convLogits.forward(x), convEmbedding.forward(x));
    }

    /** Mean cross entropy over all cells, those without a label included in the divisor; weight included. */
    public Tensor loss(Tensor logits, List<GroundTruth> truths) {
        List<Tensor> labels = new ArrayList<>();
        for (int i = 0; i < truths.size(); i++) {
            Tensor semantic = truths.get(i).semantic();
            require(semantic != null, "image %d of the batch has no semantic map to train on", i);
            require(
                    semantic.size(0) == logits.size(2) && semantic.size(1) == logits.size(3),
                    "the semantic map %s of image %d does not fit the branch's %dx%d cells: padding.multiple must be a"
                            + " multiple of the side that the backbone fills images up to",
                    Shapes.text(semantic),
                    i,
                    logits.size(2),
                    logits.size(3));
            labels.add(semantic);
        }
        Tensor wanted = Tensors.stack(0, labels);
        requireClasses(wanted);
        Tensor sum = torch.cross_entropy_loss(
                logits.to(ScalarType.Float), wanted, new TensorOptional(), SUM, spec.ignored(), 0);
        return sum.mul(new Scalar(spec.weight() / wanted.numel()));
    }

    /** The native loss would tell of its index alone. */
    private void requireClasses(Tensor labels) {
        Tensor none = labels.eq(new Scalar(spec.ignored()));
        Tensor greatest = Tensors.pair(
                        labels.masked_fill(none, new Scalar(-1)).flatten(1, -1).max(1))
                .first();
        long[] ofImages = Tensors.toLongs(greatest);
        for (int i = 0; i < ofImages.length; i++) {
            require(
                    ofImages[i] < spec.classes(),
                    "the semantic map of image %d of the batch has the class %d, which is not below"
                            + " detector.semantic.classes %d (%d = none)",
                    i,
                    ofImages[i],
                    spec.classes(),
                    spec.ignored());
        }
    }
}
