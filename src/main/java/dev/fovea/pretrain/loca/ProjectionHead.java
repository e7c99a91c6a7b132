package dev.fovea.pretrain.loca;

import dev.fovea.nn.FlopCount;
import dev.fovea.nn.Gelu;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Linear;
import dev.fovea.nn.Tap;
import dev.fovea.tensor.Precision;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cosines of patch tokens with learned prototypes (google-research/scenic projects/loca vit.py ProjectionHead):
 * {@code [.., D] -> [.., K]}.
 */
public final class ProjectionHead extends Layer {
    /** Keeps an unused prototype from being divided by zero, as in the reference. */
    private static final double EPS = 1e-10;

    /**
     * The sizes of the head.
     *
     * @param layers hidden layers in front of the bottleneck
     */
    public record Spec(int dim, int hidden, int layers, int bottleneck, int prototypes) {}

    private final List<Linear> layers;
    private final Linear prototypes;
    private final Gelu gelu;

    public ProjectionHead(Spec spec, Gelu gelu) {
        List<Linear> list = new ArrayList<>();
        int width = spec.dim();
        for (int i = 0; i < spec.layers(); i++) {
            list.add(new Linear(width, spec.hidden()));
            width = spec.hidden();
        }
        list.add(new Linear(width, spec.bottleneck()));
        layers = childList("layers", list);
        prototypes = child("prototypes", new Linear(spec.bottleneck(), spec.prototypes(), false));
        this.gelu = gelu;
    }

    /** The vectors of the prototypes, of any length: {@code [K, bottleneck]}. */
    Tensor prototypes() {
        return prototypes.weight();
    }

    List<Linear> layers() {
        return layers;
    }

    @Override
    public Tensor forward(Tensor x) {
        for (int i = 0; i < layers.size(); i++) {
            x = layers.get(i).forward(x);
            x = i < layers.size() - 1 ? gelu.of(x) : x;
        }
        return cosines(Tap.mark("bottleneck", x).to(ScalarType.Float));
    }

    /** In float32 whatever the network computes in: temperatures of a twentieth make twenty times of what is rounded. */
    private Tensor cosines(Tensor x) {
        try (Precision.Scope exact = Precision.FP32.open()) {
            Tensor directions = prototypes.weight();
            Tensor cosines = torch.linear(
                    x.div(length(x)), directions.div(length(directions).add(new Scalar(EPS))));
            FlopCount.add(cosines, directions.size(1));
            return cosines;
        }
    }

    private static Tensor length(Tensor x) {
        return x.norm(new ScalarOptional(new Scalar(2.0)), new long[] {-1}, true);
    }
}
