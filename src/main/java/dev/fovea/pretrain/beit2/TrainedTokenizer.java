package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.data.augment.Normalize;
import dev.fovea.weights.StateLoader;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** The encoder and the codebook of a tokenizer that was trained by {@link Vqkd}, frozen. */
public final class TrainedTokenizer implements Tokenizer {
    /** What only training needs, and counts that older files and published ones have not. */
    private static final String TRAINING = "(decoder|decode_task)\\..*";

    private static final String COUNTS = "quantize\\.usage\\..*";

    private final CodeEncoder encoder;
    private final Normalize normalize;

    private TrainedTokenizer(CodeEncoder encoder, Normalize normalize) {
        this.encoder = encoder;
        this.normalize = normalize;
    }

    /**
     * What has to be known of a tokenizer to build it.
     *
     * @param images how its images are normalised
     */
    public record Network(BackboneSpec backbone, QuantizerSpec quantizer, Normalize images) {}

    /**
     * @param tensors of the whole tokenizer
     * @param names from theirs to those here
     * @param source names their file in errors
     */
    public static TrainedTokenizer load(
            Network network, Map<String, Tensor> tensors, UnaryOperator<String> names, String source) {
        CodeEncoder encoder = CodeEncoder.of(network.backbone.withDropPath(0), network.quantizer);
        StateLoader.strict()
                .renaming(names)
                .allowingLeft(TRAINING)
                .allowingMissing(COUNTS)
                .reshaping()
                .load(tensors, encoder.state(), source);
        return new TrainedTokenizer(encoder.frozen(), network.images);
    }

    @Override
    public Tensor codes(Tensor pixels) {
        return encoder.codes(normalize.of(pixels));
    }
}
