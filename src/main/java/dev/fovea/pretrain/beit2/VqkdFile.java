package dev.fovea.pretrain.beit2;

import dev.fovea.backbone.BeitSpec;
import dev.fovea.backbone.BeitSpec.Form;
import dev.fovea.backbone.BeitSpec.RelativeBias;
import dev.fovea.backbone.Size;
import dev.fovea.data.DataRoot;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.beit2.QuantizerSpec.Learning;
import dev.fovea.pretrain.beit2.QuantizerSpec.Start;
import dev.fovea.weights.KnownSource;
import dev.fovea.weights.VqkdNames;
import dev.fovea.weights.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A published tokenizer (microsoft/unilm beit2: vqkd_encoder_base_decoder_1x768x12_clip, 3x768x12_clip, 1x768x12_dino), of
 * which encoder and codebook are read; images are brought to [-1, 1]. Those of another size than the file's get its positions resized,
 * as in the released code.
 *
 * @param from the weights file
 * @param codes entries of the codebook
 * @param codeDim width of an entry
 */
public record VqkdFile(
        String from,
        Size imageSize,
        int patchSize,
        int dim,
        int depth,
        int heads,
        double mlpRatio,
        int codes,
        int codeDim)
        implements TokenizerSource {
    private static final Normalize HALVES = new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    private static final double DECAY = 0.99;

    public VqkdFile {
        encoder(imageSize, patchSize, dim, depth, heads, mlpRatio); // whose rules are this record's
        quantizer(codes, codeDim);
    }

    /** One of the three published tokenizers, all of which have the same encoder and codebook. */
    public static VqkdFile base(String from) {
        return new VqkdFile(from, Size.square(224), 16, 768, 12, 12, 4, 8192, 32);
    }

    @Override
    public Tokenizer build() {
        Path file = DataRoot.expand(from);
        Map<String, Tensor> tensors = WeightFile.read(file).tensors();
        Optional<KnownSource> known = KnownSource.of(tensors.keySet());
        if (known.isPresent() && known.get() != KnownSource.BEIT2_TOKENIZER) {
            throw new IllegalArgumentException("tokenizer.from: %s is %s, which has no codebook"
                    .formatted(file, known.get().description()));
        }
        return TrainedTokenizer.load(
                new TrainedTokenizer.Network(
                        encoder(sizeIn(tensors), patchSize, dim, depth, heads, mlpRatio),
                        quantizer(codes, codeDim),
                        HALVES),
                tensors,
                VqkdNames::ours,
                file.toString());
    }

    /** The size of the images that the file's encoder was trained on, which are squares; without a table, that of the student's. */
    private Size sizeIn(Map<String, Tensor> tensors) {
        return tensors.entrySet().stream()
                .filter(entry -> "backbone.pos_embed".equals(VqkdNames.ours(entry.getKey())))
                .map(entry -> (int) Math.round(Math.sqrt(entry.getValue().size(1) - 1.0)))
                .map(side -> Size.square(side * patchSize))
                .findFirst()
                .orElse(imageSize);
    }

    private static QuantizerSpec quantizer(int codes, int dim) {
        return new QuantizerSpec(codes, dim, 1, Learning.EMA, DECAY, Start.KMEANS, 0);
    }

    private static BeitSpec encoder(Size size, int patch, int dim, int depth, int heads, double mlpRatio) {
        return new BeitSpec(
                size, patch, dim, depth, heads, mlpRatio, 0, 0, RelativeBias.NONE, true, Form.PUBLISHED, List.of());
    }
}
