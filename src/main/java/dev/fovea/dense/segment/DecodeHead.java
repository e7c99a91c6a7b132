package dev.fovea.dense.segment;

import dev.fovea.nn.ChannelDropout;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Tap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * A head that turns feature maps into class scores (mmseg decode_heads/decode_head.py): its own fusion of the maps, then
 * channel dropout and a 1 x 1 classifier.
 */
public abstract class DecodeHead extends Layer implements SegmentationHead {
    private static final double CLASSIFIER_STD = 0.01;

    private final Conv2d convSeg;
    private final ChannelDropout dropout;
    private final boolean alignCorners;

    /**
     * @param channels of the fused map
     * @param alignCorners how maps and scores of this head are resized, see {@code nn.Bilinear}
     */
    protected DecodeHead(int channels, int classes, double dropoutRate, boolean alignCorners) {
        require(classes >= 2, "segmentation needs at least 2 classes, not %d", classes);
        convSeg = child("conv_seg", new Conv2d(channels, classes, Conv2d.Shape.kernel(1)));
        Init.normal(convSeg.weight(), CLASSIFIER_STD);
        Init.zeros(convSeg.bias());
        dropout = child("dropout", new ChannelDropout(dropoutRate));
        this.alignCorners = alignCorners;
    }

    @Override
    public final Layer layer() {
        return this;
    }

    @Override
    public final boolean alignCorners() {
        return alignCorners;
    }

    /** All maps of the pyramid, fine to coarse, to one map {@code [B, channels, h, w]}. */
    protected abstract Tensor fuse(List<Tensor> maps);

    /** Class scores before the softmax, at the resolution of the fused map: {@code [B, K, h, w]}. */
    public final Tensor logits(List<Tensor> maps) {
        return convSeg.forward(dropout.forward(fuse(maps)));
    }

    @Override
    public final Tensor scores(List<Tensor> maps) {
        return logits(maps);
    }

    /** Cross entropy per pixel as {@code loss_ce}, and {@code acc_seg} in percent. */
    @Override
    public final Losses losses(List<Tensor> maps, Tensor labels) {
        SegmentationLoss loss = SegmentationLoss.of(Tap.mark("logits", logits(maps)), labels, alignCorners);
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("loss_ce", loss.crossEntropy());
        parts.put("acc_seg", loss.accuracy());
        return new Losses(loss.crossEntropy(), parts);
    }
}
