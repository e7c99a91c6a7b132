package dev.fovea.pretrain.loca;

import dev.fovea.backbone.VisionTransformer;
import dev.fovea.nn.Init;
import dev.fovea.nn.Linear;
import dev.fovea.tensor.NoGrad;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * How LOCA's weights start (google-research/scenic projects/loca vit.py): attention and MLP kernels Xavier uniform, query, key and
 * value each by itself; MLP biases almost zero; patch projection and heads LeCun normal; prototypes of length one. Backbones of
 * other kinds keep their own start.
 */
final class LocaInit {
    private static final double MLP_BIAS = 1e-6;

    private LocaInit() {}

    static void apply(LocaNetwork network) {
        Map<String, Tensor> parameters = network.parametersByName();
        boolean vit = network.backbone() instanceof VisionTransformer;
        parameters.forEach((name, x) -> {
            if (name.startsWith("location.block.") || vit && name.startsWith("backbone.blocks.")) {
                transformer(name, x);
            }
        });
        if (vit) {
            lecunNormal(parameters.get("backbone.patch_embed.proj.weight"));
            Init.zeros(parameters.get("backbone.patch_embed.proj.bias"));
            Tensor positions = parameters.get("backbone.pos_embed");
            if (positions.requires_grad()) {
                Init.normal(positions, 1 / Math.sqrt(positions.size(2)));
            }
        }
        lecunNormal(parameters.get("location.predictor.weight"));
        Init.zeros(parameters.get("location.predictor.bias"));
        if (network.projection() != null) {
            project(network.projection());
        }
    }

    private static void transformer(String name, Tensor x) {
        if (name.endsWith(".qkv.weight")) {
            thirds(x, 3);
        } else if (name.endsWith(".kv.weight")) {
            thirds(x, 2);
        } else if (x.dim() == 2) {
            Init.xavierUniform(x);
        } else if (name.matches(".*\\.mlp\\.fc[12]\\.bias")) {
            Init.normal(x, MLP_BIAS);
        } else if (name.endsWith(".bias")) {
            Init.zeros(x);
        }
    }

    private static void thirds(Tensor weight, int parts) {
        long rows = weight.size(0) / parts;
        try (NoGrad off = new NoGrad()) {
            for (int i = 0; i < parts; i++) {
                Init.xavierUniform(weight.narrow(0, i * rows, rows));
            }
        }
    }

    private static void project(ProjectionHead head) {
        List<Linear> layers = head.layers();
        layers.forEach(layer -> {
            lecunNormal(layer.weight());
            Init.zeros(layer.bias());
        });
        lecunNormal(head.prototypes());
        try (NoGrad off = new NoGrad()) {
            Tensor x = head.prototypes();
            x.div_(x.norm(new ScalarOptional(new Scalar(2.0)), new long[] {1}, true));
        }
    }

    private static void lecunNormal(Tensor weight) {
        Init.cutNormal(weight, Math.sqrt((double) weight.size(0) / weight.numel()));
    }
}
