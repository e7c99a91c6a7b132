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
}
