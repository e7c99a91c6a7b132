package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Published data sets for semantic segmentation in the folders that their downloads unpack to: where images and masks
 * lie, what the numbers or colours of the masks mean, which images are trained and which are measured on.
 * {@code docs/segmentation.md} has the table.
 */
public enum SegmentationSet {
    ADE20K(List.of("objectInfo150.txt", "annotations/training"), SegmentationLayouts::ade20k),
    PASCAL_CONTEXT(
            List.of("ImageSets/SegmentationContext", "SegmentationClassContext"), SegmentationLayouts::pascalContext),
    PASCAL_VOC(List.of("ImageSets/Segmentation", "SegmentationClass"), SegmentationLayouts::pascalVoc),
    CITYSCAPES(List.of("leftImg8bit/val/frankfurt", "gtFine/val/frankfurt"), SegmentationLayouts::cityscapes),
    BDD100K(List.of("images/10k", "labels/sem_seg/masks"), SegmentationLayouts::bdd100k),
    CAMVID(List.of("trainannot", "valannot"), SegmentationLayouts::camvid),
    /** Has the folders of Cityscapes, but not its towns. */
    IDD(List.of("leftImg8bit/val", "gtFine/val"), SegmentationLayouts::idd),
    KITTI(List.of("training/image_2", "training/semantic"), SegmentationLayouts::kitti),
    SUN_RGBD(List.of("SUNRGBD-train_images", "sunrgbd_train_test_labels"), SegmentationLayouts::sunRgbd),
    ISPRS(List.of("Potsdam/2_Ortho_RGB", "Vaihingen/top"), SegmentationLayouts::isprs),
    SUIM(List.of("train_val/masks", "TEST/masks"), SegmentationLayouts::suim);

    private final List<String> marks;
    private final Opener opener;

    SegmentationSet(List<String> marks, Opener opener) {
        this.marks = marks;
        this.opener = opener;
    }

    @FunctionalInterface
    private interface Opener {
        Source<Masked<Image>> open(Path root, boolean train) throws IOException;
    }

    /** The set that a folder is laid out as, if any: the first whose marks are all there. */
    public static Optional<SegmentationSet> of(Path folder) {
        return Arrays.stream(values())
                .filter(set -> set.missing(folder).isEmpty())
                .findFirst();
    }

    /** As recipes spell it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @param train the images to train on, or those to measure on */
    public Source<Masked<Image>> open(Path root, boolean train) throws IOException {
        ImageFiles.requireFolder(root);
        Optional<String> missing = missing(root);
        if (missing.isPresent()) {
            throw new IllegalArgumentException("%s is not laid out as %s: it has no %s (see docs/segmentation.md)"
                    .formatted(root, key(), missing.get()));
        }
        return opener.open(root, train);
    }

    private Optional<String> missing(Path root) {
        return marks.stream().filter(mark -> !Files.exists(root.resolve(mark))).findFirst();
    }
}
