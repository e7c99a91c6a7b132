package dev.fovea.nn;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Queries that look at feature maps of several sizes. */
public interface CrossAttention {
    /**
     * @param query {@code [B, Q, D]}
     * @param reference centres (x, y) or boxes (x, y, w, h) as shares of the image, {@code [B or 1, Q, L or 1, 2 or 4]}
     * @param features {@code [B, S, D]}, the levels one after the other
     * @param levels their sizes, as many as the spec says
     * @param padded true = this feature counts as zero, {@code [B, S]}; or null
     * @return {@code [B, Q, D]}
     */
    Tensor forward(Tensor query, Tensor reference, Tensor features, List<MapSize> levels, Tensor padded);
}
