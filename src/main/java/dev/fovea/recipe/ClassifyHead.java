package dev.fovea.recipe;

import dev.fovea.backbone.Pooling;

/**
 * The head of a classifier: one Linear, as many outputs as the data has classes.
 *
 * @param pooling {@code mean} brings a norm of its own behind it (fc_norm), {@code token} uses the backbone's
 * @param initStd standard deviation of the Linear's first weights
 */
public record ClassifyHead(@Default("mean") Pooling pooling, @Default("2.0e-5") double initStd) {
    public ClassifyHead {
        Rule.notNegative("initStd", initStd);
    }
}
