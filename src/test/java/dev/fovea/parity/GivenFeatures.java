package dev.fovea.parity;

import dev.fovea.backbone.MapsOnlyBackbone;
import dev.fovea.backbone.Pyramid;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Stands for a backbone: its maps are the inputs {@code feat0}, {@code feat1}, … of a case, with gradients. */
final class GivenFeatures extends MapsOnlyBackbone {
    private final Map<String, Tensor> features = new LinkedHashMap<>();

    GivenFeatures(Case given) {
        for (int i = 0; given.inputs().containsKey("feat" + i); i++) {
            features.put("feat" + i, given.input("feat" + i).set_requires_grad(true));
        }
    }

    List<Tensor> maps() {
        return List.copyOf(features.values());
    }

    /** A batch of black images that these could be maps of, the finest at stride 4. */
    Tensor images() {
        Tensor finest = features.get("feat0");
        return Tensors.zeros(finest.size(0), 3, 4 * finest.size(2), 4 * finest.size(3));
    }

    void putGradients(Map<String, Tensor> byReferenceName) {
        features.forEach((name, map) -> byReferenceName.put("input." + name, map.grad()));
    }

    @Override
    public Pyramid pyramid(Tensor images) {
        List<Integer> strides = new ArrayList<>();
        for (int i = 0; i < features.size(); i++) {
            strides.add(4 << i);
        }
        return new Pyramid(maps(), strides);
    }
}
