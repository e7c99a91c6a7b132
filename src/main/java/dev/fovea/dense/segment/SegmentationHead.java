package dev.fovea.dense.segment;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What turns the maps of a backbone into classes of pixels, however it is trained. */
public interface SegmentationHead {
    /** Its parameters; {@link SegmentationModel} registers them as {@code decode_head}. */
    Layer layer();

    /** Whether the only map it is given are the backbone's last tokens, not a pyramid. */
    default boolean readsTokens() {
        return false;
    }

    /** How its scores are resized, see {@code nn.Bilinear}. */
    default boolean alignCorners() {
        return false;
    }

    /**
     * Class scores, the higher the likelier, at the head's own resolution: {@code [B, K, h, w]}. They are resized and
     * averaged over windows before anything else is done to them.
     *
     * @param maps fine to coarse
     */
    Tensor scores(List<Tensor> maps);

    /**
     * The loss against labels {@code [B, H, W]}, {@link SegmentationLoss#IGNORED} where there is none. Parts with
     * {@code loss} in their names add up to the total, others are told besides.
     */
    Losses losses(List<Tensor> maps, Tensor labels);
}
