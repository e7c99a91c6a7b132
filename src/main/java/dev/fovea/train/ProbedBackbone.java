package dev.fovea.train;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Pooling;
import dev.fovea.backbone.Use;
import dev.fovea.nn.Layer;
import dev.fovea.nn.LinearProbeHead;
import dev.fovea.tensor.NoGrad;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A frozen backbone with a linear classifier: {@code [B, 3, H, W] -> [B, K]} (facebookresearch/mae main_linprobe.py). */
public final class ProbedBackbone extends Layer {
    private final Backbone backbone;
    private final LinearProbeHead head;
    private final Pooling pooling;

    ProbedBackbone(BackboneSpec spec, Pooling pooling, int classes) {
        backbone = child("backbone", spec.withDropPath(0).build(Use.PROBE));
        head = child("head", new LinearProbeHead(backbone.dim(), classes));
        this.pooling = pooling;
        backbone.parametersByName().values().forEach(x -> x.requires_grad_(false));
    }

    @Override
    public Tensor forward(Tensor images) {
        return classify(features(images));
    }

    /** {@code [B, 3, H, W] -> [B, D]}, without gradient. */
    Tensor features(Tensor images) {
        try (NoGrad off = new NoGrad()) {
            return backbone.pooled(images, pooling);
        }
    }

    /** {@code [B, D] -> [B, K]}. */
    Tensor classify(Tensor features) {
        return head.forward(features.to(ScalarType.Float));
    }

    public Backbone backbone() {
        return backbone;
    }

    public Pooling pooling() {
        return pooling;
    }
}
