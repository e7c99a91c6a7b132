package dev.fovea.dense.segment;

import dev.fovea.nn.LayerNorm;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * One linear layer from every patch token to the classes (Segmenter's linear decoder, Strudel et al. 2021): what LOCA's
 * segmentations were trained with.
 */
public final class LinearHead extends DecodeHead {
    private final LayerNorm norm;

    /**
     * @param width of the tokens
     * @param withNorm whether the head brings a norm, for backbones that end without one
     */
    public LinearHead(int width, int classes, double dropout, boolean withNorm) {
        super(width, classes, dropout, false);
        norm = withNorm ? child("norm", new LayerNorm(width, 1e-6)) : null;
    }

    @Override
    public boolean readsTokens() {
        return true;
    }

    @Override
    protected Tensor fuse(List<Tensor> maps) {
        Tensor tokens = maps.get(0);
        return norm == null ? tokens : norm.forwardChannels(tokens);
    }
}
