package dev.fovea.data.source;

import dev.fovea.data.Box;
import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Image files with a mask file each. */
final class MaskPairs implements Source<Masked<Image>> {
    private final List<MaskPair> pairs;
    private final MaskCoding coding;
    private final boolean cutLarger;
    private final List<String> classNames;

    MaskPairs(List<MaskPair> pairs, MaskCoding coding, List<String> classNames) {
        this(pairs, coding, false, classNames);
    }

    /** @param cutLarger whether a mask that is larger than its image loses what is too much at the right and bottom */
    MaskPairs(List<MaskPair> pairs, MaskCoding coding, boolean cutLarger, List<String> classNames) {
        this.pairs = List.copyOf(pairs);
        this.coding = coding;
        this.cutLarger = cutLarger;
        this.classNames = List.copyOf(classNames);
    }

    @Override
    public int size() {
        return pairs.size();
    }

    @Override
    public String name(int index) {
        return pairs.get(index).name();
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public Masked<Image> read(int index) throws IOException {
        MaskPair pair = pairs.get(index);
        Image image = ImageDecoder.decode(Files.readAllBytes(pair.image()), pair.name());
        String maskName = pair.name() + " (mask " + pair.mask().getFileName() + ")";
        LabelMap mask = coding.labels(Files.readAllBytes(pair.mask()), maskName);
        return new Masked<>(image, fitting(mask, image, maskName));
    }

    private LabelMap fitting(LabelMap mask, Image image, String name) throws DecodeException {
        if (mask.width() == image.width() && mask.height() == image.height()) {
            return mask;
        }
        if (cutLarger && mask.width() >= image.width() && mask.height() >= image.height()) {
            return mask.crop(Box.all(image.width(), image.height()));
        }
        throw new DecodeException(
                name,
                "%d x %d pixels do not fit the image of %d x %d"
                        .formatted(mask.width(), mask.height(), image.width(), image.height()));
    }
}
