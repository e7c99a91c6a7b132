package dev.fovea.backbone;

/** The settings of a backbone; the same record builds it for every {@link Use}. */
public interface BackboneSpec {
    Backbone build(Use use);

    Size imageSize();

    /** Pixels per token. */
    int tokenStride();

    /** Width D of the tokens. */
    int dim();

    /** The same network for images of another size. */
    BackboneSpec withImageSize(Size size);

    /** The same network with another stochastic-depth rate. */
    BackboneSpec withDropPath(double rate);

    /** What the network has for dense prediction alone: a regular expression over the names of its parameters. */
    default String denseOnly() {
        return "pyramid\\..*";
    }
}
