package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Use;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.weights.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The part of a tokenizer that gives codes: any backbone, a head from its width to the codebook's, and the codebook. */
record CodeEncoder(Backbone backbone, TaskHead head, VectorQuantizer quantizer) {
    static final String BACKBONE = "backbone";
    static final String HEAD = "encode_task";
    static final String QUANTIZER = "quantize";

    static CodeEncoder of(BackboneSpec backbone, QuantizerSpec quantizer) {
        return new CodeEncoder(
                backbone.build(Use.TOKENIZER),
                new TaskHead(backbone.dim(), quantizer.dim()),
                new VectorQuantizer(quantizer));
    }

    /** What is looked up: {@code [B, 3, H, W] -> [B, N, C]}. The head computes in float32, as released. */
    Tensor features(Tensor images) {
        Tensor tokens = backbone.tokens(images);
        int prefix = backbone.prefixTokens();
        Tensor patches = Tap.mark("encoder_features", tokens.narrow(1, prefix, tokens.size(1) - prefix));
        try (Precision.Scope exact = Precision.FP32.open()) {
            return Tap.mark("to_quantizer_features", head.forward(patches.to(ScalarType.Float)));
        }
    }

    /** {@code [B, 3, H, W] -> int64 [B, N]}. */
    Tensor codes(Tensor images) {
        try (NoGrad off = new NoGrad()) {
            return quantizer.codes(features(images));
        }
    }

    /** Ready for codes alone. */
    CodeEncoder frozen() {
        for (Layer layer : new Layer[] {backbone, head, quantizer}) {
            layer.freeze();
            layer.eval();
        }
        return this;
    }

    /** Everything under the names that it has in a tokenizer. */
    Map<String, Tensor> state() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        Map<String, Layer> parts = Map.of(BACKBONE, backbone, HEAD, head, QUANTIZER, quantizer);
        parts.forEach((name, part) -> part.state()
                .forEach((below, x) -> all.put(Names.prefixed(name + ".").apply(below), x)));
        return all;
    }
}
