package dev.fovea.pretrain;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.data.augment.Normalize;
import java.util.List;

/** The settings of a self-supervised objective; it builds its model around any backbone that fits. */
public interface Objective {
    /** @throws IllegalArgumentException when the backbone cannot give what the objective needs; the text says why */
    PretrainModel build(BackboneSpec backbone);

    /**
     * The same for images that were normalised in another way than for ImageNet, which matters where a frozen teacher looks
     * at them too.
     */
    default PretrainModel build(BackboneSpec backbone, Normalize images) {
        return build(backbone);
    }

    /** Whether it is trained on several views of each image; its model is a {@link LocatesViews} then. */
    default boolean comparesViews() {
        return false;
    }

    /**
     * Says so where the views of an objective that compares several do not fit.
     *
     * @param queries sides in pixels of the kinds of views beside the reference, which has the backbone's image size
     * @throws IllegalArgumentException with the setting and the rule
     */
    default void requireViews(BackboneSpec backbone, List<Integer> queries) {}

    /** Whether a trained model is whole by its own weights; else it needs the files of a teacher or tokenizer to be built. */
    default boolean standsAlone() {
        return true;
    }
}
