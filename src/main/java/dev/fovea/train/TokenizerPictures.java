package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.Tokenizes;
import dev.fovea.report.CodeSheet;
import dev.fovea.report.CodeUsageChart;
import dev.fovea.report.Pictures;
import dev.fovea.report.Pixels;
import dev.fovea.report.SimilaritySheet;
import dev.fovea.tensor.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** What a tokenizer has learned: patches by code, use of the codebook, likeness of what is rebuilt. */
final class TokenizerPictures {
    private static final int CODES = 24;
    private static final int SIMILARITIES = 8;

    private final Tokenizes model;
    private final Normalize normalize;
    private final Size grid;

    TokenizerPictures(Tokenizes model, Normalize normalize, Size grid) {
        this.model = model;
        this.normalize = normalize;
        this.grid = grid;
    }

    /** @param atOnce images that the model is given together */
    List<Path> draw(ImageBatch batch, int atOnce, Pictures pictures, long step) throws IOException {
        CodeSheet patches = new CodeSheet();
        SimilaritySheet similarity = new SimilaritySheet();
        for (int from = 0; from < batch.size(); from += atOnce) {
            try (PointerScope scope = new PointerScope()) {
                Tensor images = batch.images().narrow(0, from, Math.min(atOnce, batch.size() - from));
                Tensor codes = model.codes(images), cosines = model.similarity(images);
                for (int i = 0; i < images.size(0); i++) {
                    BufferedImage picture = Pixels.of(images.select(0, i), normalize);
                    patches.add(picture, grid, Tensors.toLongs(codes.select(0, i)));
                    if (from + i < SIMILARITIES) {
                        similarity.add(picture, grid, Tensors.toFloats(cosines.select(0, i)));
                    }
                }
            }
        }
        long[] usage = Tensors.toLongs(model.usage());
        long used = Arrays.stream(usage).filter(count -> count > 0).count();
        return List.of(
                pictures.write(
                        "codes",
                        step,
                        patches.draw(CODES),
                        "patches of %d images by code, the most used of %d codes first"
                                .formatted(batch.size(), patches.codes())),
                pictures.write(
                        "code-usage",
                        step,
                        CodeUsageChart.draw(usage),
                        "%d of %d codes were used in the last epoch".formatted(used, usage.length)),
                pictures.write(
                        "similarity",
                        step,
                        similarity.draw(),
                        "cosine of rebuilt features and the teacher's after step " + step));
    }
}
