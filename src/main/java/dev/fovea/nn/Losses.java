package dev.fovea.nn;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of one batch.
 *
 * @param total what is minimised, a scalar with gradient
 * @param parts its parts by name, for the log
 */
public record Losses(Tensor total, Map<String, Tensor> parts) {
    public static Losses of(Tensor total) {
        return new Losses(total, Map.of());
    }
}
