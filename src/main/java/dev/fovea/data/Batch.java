package dev.fovea.data;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What a training step consumes. Its tensors are made on the consumer's thread, inside the consumer's scope. */
public interface Batch {
    /** {@code [B, 3, H, W]} float32. */
    Tensor images();

    /** Where each sample came from, in the order of the images. */
    List<String> names();

    default int size() {
        return names().size();
    }
}
