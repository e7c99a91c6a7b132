package dev.fovea.classify;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Use;
import dev.fovea.nn.Init;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LayerNorm;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Tap;
import org.bytedeco.pytorch.Tensor;

/**
 * A fine-tuned classifier: {@code [B, 3, H, W] -> [B, K]} (facebookresearch/mae models_vit.py). Averaged patch tokens go
 * through {@code fc_norm} and the backbone has no final norm; a single token is taken after the backbone's norm.
 */
public final class Classifier extends Layer {
    /** Heads start almost at zero, so that fine-tuning starts from the uniform distribution (mae main_finetune.py). */
    private static final double HEAD_STD = 2e-5;

    private final Backbone backbone;
    private final LayerNorm fcNorm;
    private final Linear head;
    private final Pooling pooling;

    public Classifier(BackboneSpec spec, Pooling pooling, int classes) {
        boolean mean = pooling == Pooling.MEAN;
        backbone = child("backbone", spec.build(mean ? Use.CLASSIFY_MEAN : Use.CLASSIFY_TOKEN));
        fcNorm = mean ? child("fc_norm", new LayerNorm(backbone.dim(), backbone.normEps())) : null;
        head = child("head", new Linear(backbone.dim(), classes));
        Init.truncNormal(head.weight(), HEAD_STD);
        Init.zeros(head.bias());
        this.pooling = pooling;
    }

    @Override
    public Tensor forward(Tensor images) {
        Tensor features = backbone.pooled(images, pooling); // [B, D]
        features = fcNorm == null ? features : fcNorm.forward(features);
        return head.forward(Tap.mark("features", features));
    }

    public Backbone backbone() {
        return backbone;
    }

    public int classes() {
        return (int) head.weight().size(0);
    }
}
