package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How each {@link SegmentationSet} is opened. */
final class SegmentationLayouts {
    private static final int ADE_CLASSES = 150;

    /** Numbers of the 19 classes of Cityscapes among its 34 labels, in the order of the training numbers. */
    private static final LabelTable CITYSCAPES_IDS =
            LabelTable.ofNumbers(33, 7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33);

    private static final ColourTable ISPRS_COLOURS =
            new ColourTable(0xFF0000, 0xFFFFFF, 0x0000FF, 0x00FFFF, 0x00FF00, 0xFFFF00);
    private static final ColourTable SUIM_COLOURS =
            new ColourTable(0x000000, 0x0000FF, 0x00FF00, 0x00FFFF, 0xFF0000, 0xFF00FF, 0xFFFF00, 0xFFFFFF);

    /** One picture in so many of KITTI is measured on: 40 of 200. */
    private static final int KITTI_SHARE = 5;

    /** The labels of SUN RGB-D begin with those of its test images. */
    private static final int SUN_TEST_IMAGES = 5050;

    private static final Pattern SUN_NAME = Pattern.compile("img-(\\d+)\\.(?:jpg|png)");

    private SegmentationLayouts() {}

    static Source<Masked<Image>> ade20k(Path root, boolean train) throws IOException {
        String split = train ? "training" : "validation";
        List<MaskPair> pairs =
                MaskPair.below(root.resolve("images").resolve(split), root.resolve("annotations/" + split), "", "");
        return new MaskPairs(
                pairs, MaskCoding.numbers(new MaskRules(ADE_CLASSES, MaskRules.NONE, true)), adeNames(root));
    }

    /** The first of each class's synonyms, from the table that comes with the images. */
    private static List<String> adeNames(Path root) throws IOException {
        Path file = root.resolve("objectInfo150.txt");
        List<String> names = Files.readAllLines(file).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.substring(line.lastIndexOf('\t') + 1)
                        .split("[,;]")[0]
                        .strip())
                .toList();
        if (names.size() != ADE_CLASSES) {
            throw new IllegalArgumentException(
                    "%s names %d classes, not %d".formatted(file, names.size(), ADE_CLASSES));
        }
        return names;
    }

    static Source<Masked<Image>> pascalContext(Path root, boolean train) throws IOException {
        List<String> names = SegmentationClasses.pascalContext();
        return new MaskPairs(
                pascal(root, "SegmentationContext", "SegmentationClassContext", train),
                MaskCoding.numbers(new MaskRules(names.size(), MaskRules.NONE, true)),
                names);
    }

    static Source<Masked<Image>> pascalVoc(Path root, boolean train) throws IOException {
        List<String> names = SegmentationClasses.pascalVoc();
        return new MaskPairs(
                pascal(root, "Segmentation", "SegmentationClass", train),
                MaskCoding.numbers(new MaskRules(names.size(), MaskRules.NONE, false)),
                names);
    }

    private static List<MaskPair> pascal(Path root, String lists, String masks, boolean train) throws IOException {
        Path list = root.resolve("ImageSets").resolve(lists).resolve(train ? "train.txt" : "val.txt");
        return MaskPair.listed(list, root.resolve("JPEGImages"), root.resolve(masks));
    }

    static Source<Masked<Image>> cityscapes(Path root, boolean train) {
        return new MaskPairs(
                towns(root, train, "_gtFine_labelIds"),
                MaskCoding.numbers(CITYSCAPES_IDS),
                SegmentationClasses.cityscapes());
    }

    static Source<Masked<Image>> idd(Path root, boolean train) {
        List<String> names = SegmentationClasses.idd();
        return new MaskPairs(
                towns(root, train, "_gtFine_labellevel3Ids"),
                MaskCoding.numbers(new MaskRules(names.size(), MaskRules.NONE, false)),
                names);
    }

    private static List<MaskPair> towns(Path root, boolean train, String maskSuffix) {
        String split = split(train);
        Path masks = root.resolve("gtFine").resolve(split);
        // each image has several masks, of which one kind is wanted
        return MaskPair.below(root.resolve("leftImg8bit").resolve(split), masks, "_leftImg8bit", maskSuffix);
    }

    static Source<Masked<Image>> bdd100k(Path root, boolean train) {
        Path masks = root.resolve("labels/sem_seg/masks").resolve(split(train));
        List<String> names = SegmentationClasses.cityscapes();
        return new MaskPairs(
                MaskPair.below(root.resolve("images/10k").resolve(split(train)), masks, "", ""),
                MaskCoding.numbers(new MaskRules(names.size(), MaskRules.NONE, false)),
                names);
    }

    static Source<Masked<Image>> camvid(Path root, boolean train) {
        List<String> names = SegmentationClasses.camvid();
        return new MaskPairs(
                MaskPair.below(root.resolve(split(train)), root.resolve(split(train) + "annot"), "", ""),
                MaskCoding.numbers(new MaskRules(names.size(), names.size(), false)),
                names);
    }

    /** Every fifth picture is measured on; the publishers keep the labels of their test images. */
    static Source<Masked<Image>> kitti(Path root, boolean train) {
        List<MaskPair> all =
                MaskPair.below(root.resolve("training/image_2"), root.resolve("training/semantic"), "", "");
        List<MaskPair> part = IntStream.range(0, all.size())
                .filter(i -> (i % KITTI_SHARE == KITTI_SHARE - 1) != train)
                .mapToObj(all::get)
                .toList();
        return new MaskPairs(part, MaskCoding.numbers(CITYSCAPES_IDS), SegmentationClasses.cityscapes());
    }

    static Source<Masked<Image>> sunRgbd(Path root, boolean train) {
        Path folder = root.resolve(train ? "SUNRGBD-train_images" : "SUNRGBD-test_images");
        Path labels = root.resolve("sunrgbd_train_test_labels");
        Map<Integer, Path> byNumber = ImageFiles.below(labels).stream()
                .collect(Collectors.toMap(SegmentationLayouts::sunNumber, Function.identity()));
        List<MaskPair> pairs = new ArrayList<>();
        for (Path image : ImageFiles.below(folder)) {
            int number = sunNumber(image) + (train ? SUN_TEST_IMAGES : 0);
            Path mask = byNumber.get(number);
            if (mask == null) {
                throw new IllegalArgumentException(
                        "image %s has no mask img-%06d.png in %s".formatted(image, number, labels));
            }
            pairs.add(new MaskPair(ImageFiles.name(folder, image), image, mask));
        }
        List<String> names = SegmentationClasses.sunRgbd();
        return new MaskPairs(pairs, MaskCoding.numbers(new MaskRules(names.size(), MaskRules.NONE, true)), names);
    }

    private static int sunNumber(Path file) {
        Matcher matcher = SUN_NAME.matcher(file.getFileName().toString().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(file + " is not named img-NUMBER");
        }
        return Integer.parseInt(matcher.group(1));
    }

    static Source<Masked<Image>> isprs(Path root, boolean train) throws IOException {
        List<MaskPair> pairs = train
                ? MaskPair.below(
                        root.resolve("Potsdam/2_Ortho_RGB"), root.resolve("Potsdam/5_Labels_all"), "_RGB", "_label")
                : MaskPair.below(
                        root.resolve("Vaihingen/top"),
                        root.resolve("Vaihingen/ISPRS_semantic_labeling_Vaihingen_ground_truth_COMPLETE"),
                        "",
                        "");
        return new AerialTiles(pairs, train ? 0 : 1, ISPRS_COLOURS, SegmentationClasses.isprs());
    }

    static Source<Masked<Image>> suim(Path root, boolean train) {
        Path part = root.resolve(train ? "train_val" : "TEST");
        List<MaskPair> pairs = MaskPair.below(part.resolve("images"), part.resolve("masks"), "", "");
        return new MaskPairs(pairs, MaskCoding.colours(SUIM_COLOURS), true, SegmentationClasses.suim());
    }

    private static String split(boolean train) {
        return train ? "train" : "val";
    }
}
