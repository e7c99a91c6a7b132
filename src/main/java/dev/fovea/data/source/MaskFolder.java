package dev.fovea.data.source;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A folder of images and a folder of masks; a pair has the same path and name, apart from suffix and extension. */
public final class MaskFolder implements Source<Masked<Image>> {
    private static final List<String> MASK_FOLDERS = List.of("masks", "annotations", "labels");

    private final Path imageRoot;
    private final List<Path> images;
    private final List<Path> masks = new ArrayList<>();
    private final MaskRules rules;

    public MaskFolder(Path images, Path masks, MaskRules rules) {
        this(images, masks, "", "", rules);
    }

    /**
     * @param imageSuffix what an image's name ends in before the extension, such as {@code _leftImg8bit}; others in the
     *     folder are left out
     * @param maskSuffix what stands in its place in the mask's name, such as {@code _gtFine_labelTrainIds}
     */
    public MaskFolder(Path images, Path masks, String imageSuffix, String maskSuffix, MaskRules rules) {
        this.imageRoot = images;
        this.rules = rules;
        this.images = ImageFiles.below(images).stream()
                .filter(file -> stem(images, file).endsWith(imageSuffix))
                .toList();
        Map<String, Path> byStem = new HashMap<>();
        ImageFiles.below(masks).forEach(file -> byStem.put(stem(masks, file), file));
        for (Path image : this.images) {
            String stem = stem(images, image);
            String wanted = stem.substring(0, stem.length() - imageSuffix.length()) + maskSuffix;
            Path mask = byStem.get(wanted);
            if (mask == null) {
                throw new IllegalArgumentException("image %s has no mask %s.png in %s".formatted(image, wanted, masks));
            }
            this.masks.add(mask);
        }
        if (this.images.isEmpty()) {
            throw new IllegalArgumentException("no image in %s ends in '%s'".formatted(images, imageSuffix));
        }
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

    private static String stem(Path root, Path file) {
        String name = ImageFiles.name(root, file);
        return name.substring(0, name.lastIndexOf('.'));
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public String name(int index) {
        return ImageFiles.name(imageRoot, images.get(index));
    }

    @Override
    public Masked<Image> read(int index) throws IOException {
        Image image = ImageDecoder.decode(Files.readAllBytes(images.get(index)), name(index));
        return new Masked<>(image, mask(index, image));
    }

    private LabelMap mask(int index, Image image) throws IOException {
        String name = name(index) + " (mask " + masks.get(index).getFileName() + ")";
        LabelMap mask = ImageDecoder.decodeMask(Files.readAllBytes(masks.get(index)), name);
        if (mask.width() != image.width() || mask.height() != image.height()) {
            throw new DecodeException(
                    name,
                    "%d x %d pixels do not fit the image of %d x %d"
                            .formatted(mask.width(), mask.height(), image.width(), image.height()));
        }
        return rules.apply(mask, name);
    }
}
