package dev.fovea.apply;

import dev.fovea.backbone.Size;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.ImageBatch;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.Source;
import dev.fovea.data.augment.CentreCrop;
import dev.fovea.data.augment.Filter;
import dev.fovea.data.augment.Normalize;
import dev.fovea.pretrain.beit2.Tokenizer;
import dev.fovea.pretrain.beit2.TokenizerSource;
import dev.fovea.pretrain.beit2.VqkdFile;
import dev.fovea.recipe.RunTokenizer;
import dev.fovea.report.CodeSheet;
import dev.fovea.report.Pixels;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.ModelCard;
import dev.fovea.weights.WeightFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Turns images into maps of codes, with a tokenizer that fovea trained or with a published one of BEiT v2. */
public final class ImageTokenizer {
    private static final int BATCH = 32;
    /** Pixels stay in [0, 1]: the tokenizer normalises them itself. */
    private static final Normalize UNIT = new Normalize(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

    private final TokenizerSource source;
    private final Tokenizer tokenizer;

    public ImageTokenizer(TokenizerSource source) {
        this.source = source;
        tokenizer = source.build();
    }

    /** @param path the folder of a tokenizer's run, its model file, or a published file of a base tokenizer */
    public static ImageTokenizer open(Path path) {
        if (Files.isRegularFile(path)) {
            WeightFile file = WeightFile.read(path);
            if (!ModelCard.isIn(file.metadata())) {
                return new ImageTokenizer(VqkdFile.base(path.toString()));
            }
        }
        return new ImageTokenizer(new RunTokenizer(path.toString()));
    }

    /**
     * @param names of the images that could be decoded
     * @param codes image after image, each row-major
     */
    public record CodeMaps(List<String> names, int[] codes, Size grid) {
        public int count() {
            return names.size();
        }
    }

    /** Number of codes that there are. */
    public int codes() {
        return source.codes();
    }

    /**
     * The codes of the centre crops; their patches go to {@code sheet} as well, if there is one.
     *
     * @param share side of the crop as a share of the resized image's shorter side, in (0, 1]
     */
    public CodeMaps tokenize(Source<Image> images, double share, Optional<CodeSheet> sheet) {
        LoaderOptions options = LoaderOptions.evaluation(BATCH).withMaxBadShare(1);
        List<String> names = new ArrayList<>();
        List<long[]> maps = new ArrayList<>();
        try (var batches =
                Loader.of(images, view(share), ImageBatch::collate, options).epoch(0)) {
            while (batches.hasNext()) {
                try (PointerScope scope = new PointerScope()) {
                    ImageBatch batch = batches.next();
                    Tensor codes = tokenizer.codes(batch.images());
                    for (int i = 0; i < batch.size(); i++) {
                        long[] map = Tensors.toLongs(codes.select(0, i));
                        Tensor image = batch.images().select(0, i);
                        sheet.ifPresent(it -> it.add(Pixels.of(image, UNIT), source.grid(), map));
                        maps.add(map);
                    }
                    names.addAll(batch.names());
                }
            }
        }
        int[] all = maps.stream()
                .flatMapToLong(Arrays::stream)
                .mapToInt(Math::toIntExact)
                .toArray();
        return new CodeMaps(names, all, source.grid());
    }

    private SampleTransform<Image, FloatImage> view(double share) {
        Size size = source.imageSize();
        if (size.height() != size.width()) {
            throw new IllegalArgumentException("the tokenizer takes images of %s, not squares".formatted(size));
        }
        return new CentreCrop((int) (size.height() / share), size.height(), Filter.BICUBIC).andThen(UNIT);
    }
}
