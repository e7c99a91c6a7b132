package dev.fovea.backbone;

import dev.fovea.weights.RelativePositionResize;

/** The settings of a backbone; the same record builds it for every {@link Use}. */
public interface BackboneSpec {
    double USUAL_EPS = 1e-6;

    Backbone build(Use use);

    Size imageSize();

    /** Pixels per token. */
    int tokenStride();

    /** Width D of the tokens. */
    int dim();

    /** Eps of the norms, which a head's or a decoder's norms share. */
    default double normEps() {
        return USUAL_EPS;
    }

    /** The same network for images of another size. */
    BackboneSpec withImageSize(Size size);

    /** The same network with another stochastic-depth rate. */
    BackboneSpec withDropPath(double rate);

    /** What the network has for dense prediction alone: a regular expression over the names of its parameters. */
    default String denseOnly() {
        return "pyramid\\..*";
    }

    /** What starts anew in a later stage where the one before did without: the same kind of expression; empty = nothing. */
    default String addedLater() {
        return "";
    }

    /** How tables of relative positions come to another grid. */
    default RelativePositionResize.Way tableResize() {
        return RelativePositionResize.Way.GEOMETRIC;
    }
}
