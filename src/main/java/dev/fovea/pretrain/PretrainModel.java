package dev.fovea.pretrain;

import dev.fovea.backbone.Backbone;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import org.bytedeco.pytorch.Tensor;

/** A backbone with what its objective adds to it; the backbone is the child named {@code backbone}. */
public abstract class PretrainModel extends Layer {
    public abstract Backbone backbone();

    /** The loss on normalised images {@code [B, 3, H, W]}. */
    public abstract Losses losses(Tensor images);

    /** Called once in a new run, when the weights are those it starts from: a teacher becomes a copy of them. */
    public void afterInitialWeights() {}

    /**
     * Called after every optimizer step: a teacher follows the trained weights here. A teacher is a frozen child, so that
     * checkpoints hold it and the optimizer leaves it alone.
     *
     * @param step the step just made, counted from 0
     * @param steps of the whole run
     */
    public void afterStep(long step, long steps) {}

    /** Called after the last step of every epoch, before anything is measured or saved. */
    public void afterEpoch() {}
}
