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
    private final DecodeHead decodeHead;
    private final DecodeHead auxiliaryHead;
    private final double auxiliaryWeight;

    /** Without an auxiliary head. */
    public SegmentationModel(Backbone backbone, DecodeHead decodeHead) {
        this(backbone, decodeHead, null, 0);
    }

    public SegmentationModel(
            Backbone backbone, DecodeHead decodeHead, DecodeHead auxiliaryHead, double auxiliaryWeight) {
        this.backbone = child("backbone", backbone);
        this.decodeHead = child("decode_head", decodeHead);
        this.auxiliaryHead = auxiliaryHead == null ? null : child("auxiliary_head", auxiliaryHead);
        this.auxiliaryWeight = auxiliaryWeight;
    }

    public Backbone backbone() {
        return backbone;
    }

    /** Class scores before the softmax: {@code [B, 3, H, W] -> [B, K, H, W]}. */
    @Override
    public Tensor forward(Tensor images) {
        return Bilinear.resizeLike(decodeHead.logits(backbone.pyramid(images).maps()), images);
    }

    /**
     * The loss on normalised images {@code [B, 3, H, W]} with labels {@code [B, H, W]}; its parts are
     * {@code decode.loss_ce}, {@code decode.acc_seg} (percent) and {@code aux.loss_ce}, weights included.
     */
    public Losses losses(Tensor images, Tensor labels) {
        List<Tensor> maps = backbone.pyramid(images).maps();
        SegmentationLoss decode = SegmentationLoss.of(Tap.mark("logits", decodeHead.logits(maps)), labels);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("decode.loss_ce", decode.crossEntropy());
        parts.put("decode.acc_seg", decode.accuracy());
        if (auxiliaryHead == null) {
            return new Losses(decode.crossEntropy(), parts);
        }
        SegmentationLoss auxiliary = SegmentationLoss.of(Tap.mark("aux_logits", auxiliaryHead.logits(maps)), labels);
        Tensor weighted = auxiliary.crossEntropy().mul(new Scalar(auxiliaryWeight));
        parts.put("aux.loss_ce", weighted);
        return new Losses(decode.crossEntropy().add(weighted), parts);
    }
}
