package dev.fovea.dense.segment;

import dev.fovea.backbone.Backbone;
import dev.fovea.nn.Bilinear;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Backbone, head and, in training, an auxiliary head (mmseg segmentors/encoder_decoder.py), children
 * {@code backbone}, {@code decode_head} and {@code auxiliary_head}.
 */
public final class SegmentationModel extends Layer {
    /** Weight of the auxiliary loss in all published configurations. */
    public static final double AUXILIARY_WEIGHT = 0.4;

    private final Backbone backbone;
    private final SegmentationHead decodeHead;
    private final DecodeHead auxiliaryHead;
    private final Weights weights;

    /** How much the loss of each head counts. */
    public record Weights(double decode, double auxiliary) {}

    /** Without an auxiliary head. */
    public SegmentationModel(Backbone backbone, SegmentationHead decodeHead) {
        this(backbone, decodeHead, null, 0);
    }

    public SegmentationModel(
            Backbone backbone, SegmentationHead decodeHead, DecodeHead auxiliaryHead, double auxiliaryWeight) {
        this(backbone, decodeHead, auxiliaryHead, new Weights(1, auxiliaryWeight));
    }

    /** @param auxiliaryHead null = none */
    public SegmentationModel(
            Backbone backbone, SegmentationHead decodeHead, DecodeHead auxiliaryHead, Weights weights) {
        this.backbone = child("backbone", backbone);
        require(
                auxiliaryHead == null || !decodeHead.readsTokens(),
                "a head that reads tokens alone leaves no map to an auxiliary head");
        child("decode_head", decodeHead.layer());
        this.decodeHead = decodeHead;
        this.auxiliaryHead = auxiliaryHead == null ? null : child("auxiliary_head", auxiliaryHead);
        this.weights = weights;
    }

    public Backbone backbone() {
        return backbone;
    }

    /** The head that answers. */
    public SegmentationHead head() {
        return decodeHead;
    }

    /** Class scores as {@link SegmentationHead#scores} gives them: {@code [B, 3, H, W] -> [B, K, H, W]}. */
    @Override
    public Tensor forward(Tensor images) {
        return Bilinear.resizeLike(decodeHead.scores(maps(images)), images, decodeHead.alignCorners());
    }

    /**
     * The loss on normalised images {@code [B, 3, H, W]} with labels {@code [B, H, W]}; its parts are those of the head
     * under {@code decode.} and {@code aux.loss_ce}, weights included.
     */
    public Losses losses(Tensor images, Tensor labels) {
        List<Tensor> maps = maps(images);
        Losses decode = decodeHead.losses(maps, labels);
        Scalar weight = new Scalar(weights.decode());
        Map<String, Tensor> parts = new LinkedHashMap<>();
        decode.parts()
                .forEach((name, part) -> parts.put("decode." + name, name.contains("loss") ? part.mul(weight) : part));
        Tensor total = decode.total().mul(weight);
        if (auxiliaryHead == null) {
            return new Losses(total, parts);
        }
        Tensor logits = Tap.mark("aux_logits", auxiliaryHead.logits(maps));
        Tensor auxiliary = SegmentationLoss.of(logits, labels, auxiliaryHead.alignCorners())
                .crossEntropy()
                .mul(new Scalar(weights.auxiliary()));
        parts.put("aux.loss_ce", auxiliary);
        return new Losses(total.add(auxiliary), parts);
    }

    /** What the head is given for images {@code [B, 3, H, W]}: maps, fine to coarse. */
    public List<Tensor> maps(Tensor images) {
        if (!decodeHead.readsTokens()) {
            return backbone.pyramid(images).maps();
        }
        Tensor tokens = backbone.tokens(images);
        long rows = images.size(2) / backbone.tokenStride(), columns = images.size(3) / backbone.tokenStride();
        Tensor patches = tokens.narrow(1, backbone.prefixTokens(), rows * columns); // [B, N, D]
        return List.of(patches.transpose(1, 2).reshape(images.size(0), backbone.dim(), rows, columns));
    }
}
