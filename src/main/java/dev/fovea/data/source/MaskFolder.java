package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder of images and a folder of masks; a pair has the same path and name, apart from suffix and extension. */
public final class MaskFolder implements Source<Masked<Image>> {
    private static final List<String> MASK_FOLDERS = List.of("masks", "annotations", "labels");

    private final MaskPairs pairs;

    public MaskFolder(Path images, Path masks, MaskRules rules) {
        this(images, masks, "", "", rules);
    }

    /**
     * @param imageSuffix what an image's name ends in before the extension, such as {@code _leftImg8bit}; others in the
     *     folder are left out
     * @param maskSuffix what stands in its place in the mask's name, such as {@code _gtFine_labelTrainIds}
     */
    public MaskFolder(Path images, Path masks, String imageSuffix, String maskSuffix, MaskRules rules) {
        List<MaskPair> files = MaskPair.below(images, masks, imageSuffix, maskSuffix);
        this.pairs = new MaskPairs(files, MaskCoding.numbers(rules), List.of());
    }

    /**
     * The usual layouts: {@code images/SPLIT} beside {@code masks/SPLIT} (CamVid), {@code annotations/SPLIT} (ADE20K,
     * splits training and validation) or {@code labels/SPLIT}.
     */
    public static MaskFolder split(Path root, String split, MaskRules rules) {
        for (String name : MASK_FOLDERS) {
            Path masks = root.resolve(name).resolve(split);
            if (Files.isDirectory(masks)) {
                return new MaskFolder(root.resolve("images").resolve(split), masks, rules);
            }
        }
        throw new IllegalArgumentException(
                "%s has none of the mask folders %s with a folder %s".formatted(root, MASK_FOLDERS, split));
    }

    @Override
    public int size() {
        return pairs.size();
    }

    @Override
    public String name(int index) {
        return pairs.name(index);
    }

    @Override
    public Masked<Image> read(int index) throws IOException {
        return pairs.read(index);
    }
}
