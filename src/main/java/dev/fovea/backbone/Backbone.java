package dev.fovea.backbone;

import dev.fovea.nn.Layer;
import dev.fovea.optim.LayerDecay;
import dev.fovea.tensor.Shapes;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A network from images to features. Which of its outputs work depends on the {@link Use} it was built for. */
public abstract class Backbone extends Layer {
    /** What it was built from. */
    public abstract BackboneSpec spec();

    /** Tokens of the last stage, after the final norm where there is one: {@code [B, 3, H, W] -> [B, N, D]}. */
    public abstract Tensor tokens(Tensor images);

    /** Feature maps for dense heads; needs {@link Use#DENSE}. */
    public abstract Pyramid pyramid(Tensor images);

    /** Tokens at the front of {@link #tokens} that are no patches: 1 with a class token, else 0. */
    public abstract int prefixTokens();

    /** Width D of the tokens. */
    public int dim() {
        return spec().dim();
    }

    /** The image size that positions were made for. */
    public Size imageSize() {
        return spec().imageSize();
    }

    /** Pixels per token. */
    public int tokenStride() {
        return spec().tokenStride();
    }

    /** Channels of each pyramid map, fine to coarse. */
    public abstract List<Integer> widths();

    /** Pixels per cell of each pyramid map. */
    public abstract List<Integer> strides();

    /** Transformer blocks that layer-wise learning-rate decay counts. */
    public abstract int layers();

    /** Layer of a parameter for layer-wise decay: 0 = stem, i + 1 = block i, {@code layers() + 1} = everything else. */
    public abstract int layerOf(String parameter);

    /** What a published rate of layer-wise decay means in a model that holds this backbone under {@code prefix}. */
    public LayerDecay layerDecay(String prefix, double rate) {
        return LayerDecay.below(prefix, rate, layers(), this::layerOf);
    }

    /** Eps of the norms, which a head's or a decoder's norms share. */
    public double normEps() {
        return spec().normEps();
    }

    /** Whether queries, keys and values of a pixel decoder's blocks have biases. */
    public boolean decoderQkvBias() {
        return true;
    }

    /** One feature vector per image: {@code [B, 3, H, W] -> [B, D]}. */
    public Tensor pooled(Tensor images, Pooling pooling) {
        Tensor tokens = tokens(images);
        return switch (pooling) {
            case TOKEN -> tokens.select(1, 0);
            case MEAN ->
                tokens.narrow(1, prefixTokens(), tokens.size(1) - prefixTokens())
                        .mean(1);
        };
    }

    /**
     * A batch for dense prediction. Where the form takes any size, sides that tokens do not divide are filled up with zeros
     * at the right and lower edge, as detectors fill up their batches (detectron2 structures/image_list.py).
     */
    final Tensor fitted(Tensor images, DenseForm form) {
        if (!form.takesAnySize()) {
            requireSize(images);
            return images;
        }
        return filledUp(images, tokenStride());
    }

    /** With zeros at the right and lower edge up to sides that {@code divisor} divides. */
    protected static Tensor filledUp(Tensor images, int divisor) {
        long below = Math.floorMod(-images.size(2), divisor), right = Math.floorMod(-images.size(3), divisor);
        return below + right == 0 ? images : torch.constant_pad_nd(images, 0, right, 0, below);
    }

    /** The grid of tokens of a batch. */
    final Size gridOf(Tensor images) {
        return new Size((int) images.size(2), (int) images.size(3)).dividedBy(tokenStride());
    }

    protected final void requireSize(Tensor images) {
        require(
                images.dim() == 4
                        && images.size(2) == imageSize().height()
                        && images.size(3) == imageSize().width(),
                "%s was built for images of %s, not for a batch of %s",
                getClass().getSimpleName(),
                imageSize(),
                Shapes.text(images));
    }
}
