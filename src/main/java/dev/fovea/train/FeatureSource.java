package dev.fovea.train;

import dev.fovea.data.DecodeException;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.Source;
import dev.fovea.tensor.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * The features of a data set in place of its images, as maps of one pixel {@code [D, 1, 1]}. They are computed when the
 * first one is read: by then the backbone has its weights.
 */
final class FeatureSource implements Source<Labelled<FloatImage>> {
    private final Source<Labelled<Image>> images;
    private final Supplier<FeatureExtractor.Extracted> extraction;
    private Map<String, float[]> byName;

    FeatureSource(Source<Labelled<Image>> images, Supplier<FeatureExtractor.Extracted> extraction) {
        this.images = images;
        this.extraction = extraction;
    }

    private synchronized Map<String, float[]> byName() {
        if (byName == null) {
            try (PointerScope scope = new PointerScope()) {
                FeatureExtractor.Extracted extracted = extraction.get();
                float[] values = Tensors.toFloats(extracted.features().values());
                int dim = (int) extracted.features().dim();
                Map<String, float[]> rows = new HashMap<>();
                for (int i = 0; i < extracted.names().size(); i++) {
                    rows.put(extracted.names().get(i), Arrays.copyOfRange(values, i * dim, (i + 1) * dim));
                }
                byName = rows;
            }
        }
        return byName;
    }

    @Override
    public Labelled<FloatImage> read(int index) throws DecodeException {
        float[] row = byName().get(name(index));
        if (row == null) {
            throw new DecodeException(name(index), "could not be read when features were computed");
        }
        return new Labelled<>(new FloatImage(row.length, 1, 1, row), label(index));
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public String name(int index) {
        return images.name(index);
    }

    @Override
    public int label(int index) {
        return images.label(index);
    }

    @Override
    public List<String> classNames() {
        return images.classNames();
    }
}
