package dev.fovea.bench;

import dev.fovea.data.ViewBatch;
import dev.fovea.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** LOCA's official views of noise: a reference and a query of 224 px, nine queries of 96 px as one batch, patches of 16. */
final class BenchViews {
    private static final int PLACES = 196;
    private static final int FOCAL = 9;

    private BenchViews() {}

    static ViewBatch of(int batch) {
        return new ViewBatch(
                torch.randn(batch, 3, 224, 224),
                List.of(group(batch, 224, PLACES), group(FOCAL * batch, 96, 36)),
                List.of());
    }

    private static ViewBatch.Group group(long views, long side, long patches) {
        Tensor targets = torch.randint(-1, PLACES, new long[] {views, patches}, Tensors.options(ScalarType.Long));
        return new ViewBatch.Group(torch.randn(views, 3, side, side), targets, Tensors.zeros(views, 5));
    }
}
