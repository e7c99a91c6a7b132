package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each published data set on a miniature folder of its layout. */
class SegmentationSetTest {
    private static final int NONE = LabelMap.IGNORE;

    @TempDir
    Path root;

    @Test
    void ade20kStoresClassesOneHigherAndNamesThemInATable() throws IOException {
        StringBuilder table = new StringBuilder("Idx\tRatio\tTrain\tVal\tStuff\tName\n");
        IntStream.rangeClosed(1, 150).forEach(i -> table.append(i + "\t0.1\t9\t9\t0\tthing " + i + ", object\n"));
        text("objectInfo150.txt", table.toString());
        photo("images/training/ADE_train_00000001.jpg", 3);
        mask("annotations/training/ADE_train_00000001.png", 0, 1, 150);
        photo("images/validation/ADE_val_00000001.jpg", 3);
        mask("annotations/validation/ADE_val_00000001.png", 2, 2, 2);
        assertLabels(SegmentationSet.ADE20K, true, NONE, 0, 149);
        assertLabels(SegmentationSet.ADE20K, false, 1, 1, 1);
        assertThat(open(SegmentationSet.ADE20K, true).classNames()).hasSize(150).startsWith("thing 1", "thing 2");
    }

    @Test
    void pascalContextReadsItsListsAndStoresClassesOneHigher() throws IOException {
        text("ImageSets/SegmentationContext/train.txt", "2008_000003\n");
        text("ImageSets/SegmentationContext/val.txt", "2008_000002\n\n");
        pascalImages("SegmentationClassContext", 0, 1, 59);
        assertLabels(SegmentationSet.PASCAL_CONTEXT, true, NONE, 0, 58);
        Source<?> val = open(SegmentationSet.PASCAL_CONTEXT, false);
        assertThat(val.size()).isEqualTo(1);
        assertThat(val.name(0)).isEqualTo("2008_000002.jpg");
        assertThat(val.classNames()).hasSize(59).startsWith("aeroplane").endsWith("wood");
    }

    @Test
    void pascalVocMasksArePalettesWithBordersOfNoClass() throws IOException {
        text("ImageSets/Segmentation/train.txt", "2008_000003\n");
        text("ImageSets/Segmentation/val.txt", "2008_000002\n");
        pascalImages("SegmentationClass", 0, 20, 255);
        assertLabels(SegmentationSet.PASCAL_VOC, true, 0, 20, NONE);
        assertLabels(SegmentationSet.PASCAL_VOC, false, 0, 20, NONE);
        assertThat(open(SegmentationSet.PASCAL_VOC, true).classNames())
                .hasSize(21)
                .contains("tvmonitor");
        text("ImageSets/Segmentation/val.txt", "2008_000009\n");
        assertThatThrownBy(() -> open(SegmentationSet.PASCAL_VOC, false))
                .hasMessage("%s does not exist, which %s names"
                        .formatted(
                                root.resolve("JPEGImages/2008_000009.jpg"),
                                root.resolve("ImageSets/Segmentation/val.txt")));
    }

    /** Masks as the publishers have them, with a palette, and an image more than the lists name. */
    private void pascalImages(String folder, int... numbers) throws IOException {
        for (String name : List.of("2008_000002", "2008_000003", "2008_000004")) {
            photo("JPEGImages/" + name + ".jpg", 3);
            byte[] levels = new byte[256];
            IntStream.range(0, levels.length).forEach(i -> levels[i] = (byte) (i * 37));
            IndexColorModel palette = new IndexColorModel(Byte.SIZE, levels.length, levels, levels, levels);
            BufferedImage picture = new BufferedImage(numbers.length, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
            picture.getRaster().setPixels(0, 0, numbers.length, 1, numbers);
            write(picture, folder + "/" + name + ".png");
        }
    }

    @Test
    void cityscapesLabelsBecomeNineteenClasses() throws IOException {
        town("train/aachen/aachen_000000_000019");
        town("val/frankfurt/frankfurt_000000_000294");
        assertLabels(SegmentationSet.CITYSCAPES, true, NONE, 0, 1, 2, 16, 18, NONE, NONE);
        assertThat(open(SegmentationSet.CITYSCAPES, false).name(0))
                .isEqualTo("frankfurt/frankfurt_000000_000294_leftImg8bit.png");
        assertThat(open(SegmentationSet.CITYSCAPES, false).classNames())
                .hasSize(19)
                .startsWith("road", "sidewalk", "building")
                .endsWith("motorcycle", "bicycle");
        mask("gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png", 34, 7, 8, 11, 31, 33, 29, 255);
        assertThatThrownBy(() -> open(SegmentationSet.CITYSCAPES, true).read(0))
                .hasMessageContaining("class number 34 of 1 pixels is not one of the 19 classes");
    }

    private void town(String name) throws IOException {
        photo("leftImg8bit/" + name + "_leftImg8bit.png", 8);
        mask("gtFine/" + name + "_gtFine_labelIds.png", 0, 7, 8, 11, 31, 33, 29, 255);
        mask("gtFine/" + name + "_gtFine_instanceIds.png", 9, 9, 9, 9, 9, 9, 9, 9);
        mask("gtFine/" + name + "_gtFine_color.png", 9, 9, 9, 9, 9, 9, 9, 9);
        text("gtFine/" + name + "_gtFine_polygons.json", "{}");
    }

    @Test
    void bdd100kHasTheClassesOfCityscapes() throws IOException {
        for (String split : List.of("train", "val")) {
            photo("images/10k/" + split + "/0a0a0b1a.jpg", 3);
            mask("labels/sem_seg/masks/" + split + "/0a0a0b1a.png", 0, 18, 255);
        }
        photo("images/10k/test/0a1a0b1a.jpg", 3);
        assertLabels(SegmentationSet.BDD100K, true, 0, 18, NONE);
        assertLabels(SegmentationSet.BDD100K, false, 0, 18, NONE);
    }

    @Test
    void camvidHasElevenClassesAndVoid() throws IOException {
        for (String split : List.of("train", "val", "test")) {
            photo(split + "/0001TP_006690.png", 3);
            mask(split + "annot/0001TP_006690.png", 0, 10, 11);
        }
        assertLabels(SegmentationSet.CAMVID, true, 0, 10, NONE);
        assertLabels(SegmentationSet.CAMVID, false, 0, 10, NONE);
        assertThat(open(SegmentationSet.CAMVID, false).classNames())
                .startsWith("sky")
                .endsWith("bicyclist");
    }

    @Test
    void iddHasTwentySixClassesInFoldersOfDrives() throws IOException {
        for (String split : List.of("train", "val")) {
            photo("leftImg8bit/" + split + "/201/frame0029_leftImg8bit.jpg", 3);
            mask("gtFine/" + split + "/201/frame0029_gtFine_labellevel3Ids.png", 0, 25, 255);
            text("gtFine/" + split + "/201/frame0029_gtFine_polygons.json", "{}");
        }
        assertLabels(SegmentationSet.IDD, true, 0, 25, NONE);
        assertLabels(SegmentationSet.IDD, false, 0, 25, NONE);
        assertThat(open(SegmentationSet.IDD, true).classNames()).hasSize(26).endsWith("sky");
    }

    @Test
    void everyFifthPictureOfKittiIsMeasuredOn() throws IOException {
        for (int i = 0; i < 10; i++) {
            photo("training/image_2/00000%d_10.png".formatted(i), 3);
            mask("training/semantic/00000%d_10.png".formatted(i), 6, 7, 26);
        }
        photo("testing/image_2/000000_10.png", 3);
        Source<?> train = open(SegmentationSet.KITTI, true);
        Source<?> val = open(SegmentationSet.KITTI, false);
        assertThat(train.size()).isEqualTo(8);
        assertThat(IntStream.range(0, val.size()).mapToObj(val::name))
                .containsExactly("000004_10.png", "000009_10.png");
        assertLabels(SegmentationSet.KITTI, true, NONE, 0, 13);
    }

    @Test
    void sunRgbdLabelsOfTrainingImagesFollowThoseOfTestImages() throws IOException {
        photo("SUNRGBD-train_images/img-000001.jpg", 3);
        photo("SUNRGBD-train_images/img-000002.jpg", 3);
        photo("SUNRGBD-test_images/img-000001.jpg", 3);
        mask("sunrgbd_train_test_labels/img-000001.png", 1, 1, 1);
        mask("sunrgbd_train_test_labels/img-005051.png", 0, 1, 37);
        mask("sunrgbd_train_test_labels/img-005052.png", 5, 5, 5);
        assertLabels(SegmentationSet.SUN_RGBD, true, NONE, 0, 36);
        assertThat(open(SegmentationSet.SUN_RGBD, true).size()).isEqualTo(2);
        assertLabels(SegmentationSet.SUN_RGBD, false, 0, 0, 0);
        assertThat(open(SegmentationSet.SUN_RGBD, false).classNames()).hasSize(37);
        photo("SUNRGBD-test_images/img-000007.jpg", 3);
        assertThatThrownBy(() -> open(SegmentationSet.SUN_RGBD, false))
                .hasMessageEndingWith("has no mask img-000007.png in " + root.resolve("sunrgbd_train_test_labels"));
    }

    @Test
    void isprsTrainsOnOneTownInRedAndGreenAndIsMeasuredOnTheOther() throws IOException {
        BufferedImage colours = new BufferedImage(1000, 800, BufferedImage.TYPE_INT_RGB);
        int[] shades = {0xFF0000, 0xFFFFFF, 0x0000FF, 0x00FFFF, 0x00FF00, 0xFFFF00, 0x10F008};
        for (int x = 0; x < shades.length; x++) {
            colours.setRGB(x, 0, shades[x]);
        }
        BufferedImage aerial = new BufferedImage(1000, 800, BufferedImage.TYPE_INT_RGB);
        aerial.setRGB(0, 0, 0x102030);
        write(aerial, "Potsdam/2_Ortho_RGB/top_potsdam_2_10_RGB.tif");
        text("Potsdam/2_Ortho_RGB/top_potsdam_2_10_RGB.tfw", "0.05");
        write(colours, "Potsdam/5_Labels_all/top_potsdam_2_10_label.tif");
        write(aerial, "Vaihingen/top/top_mosaic_09cm_area1.tif");
        write(colours, "Vaihingen/ISPRS_semantic_labeling_Vaihingen_ground_truth_COMPLETE/top_mosaic_09cm_area1.tif");
        Source<Masked<Image>> train = open(SegmentationSet.ISPRS, true);
        Source<Masked<Image>> val = open(SegmentationSet.ISPRS, false);
        assertThat(train.size()).isEqualTo(2);
        assertThat(train.name(1)).isEqualTo("top_potsdam_2_10_RGB.tif@200,0");
        Masked<Image> first = train.read(0);
        assertThat(first.image().width()).isEqualTo(800);
        assertThat(Arrays.copyOf(first.mask().labels(), 8)).containsExactly(0, 1, 2, 3, 4, 5, 4, 0);
        assertThat(Arrays.copyOf(first.image().rgb(), 3)).containsExactly(0x10, 0x20, 0x18);
        assertThat(Arrays.copyOf(val.read(0).image().rgb(), 3)).containsExactly(0x20, 0x30, 0x28);
        assertThat(AerialTiles.starts(1500)).containsExactly(0, 600, 700);
        assertThat(AerialTiles.starts(600)).containsExactly(0);
        assertThat(AerialTiles.starts(6000)).hasSize(10).endsWith(4800, 5200);
    }

    @Test
    void suimMasksAreColoursAndMayBeLargerThanTheirImage() throws IOException {
        int[] pure = {0x000000, 0x0000FF, 0x00FF00, 0x00FFFF, 0xFF0000, 0xFF00FF, 0xFFFF00, 0xFFFFFF, 0x0A7BF6};
        for (String part : List.of("train_val", "TEST")) {
            photo(part + "/images/d_r_47_.jpg", 9);
            BufferedImage mask = new BufferedImage(12, 2, BufferedImage.TYPE_INT_RGB);
            mask.setRGB(0, 0, 9, 1, pure, 0, 9);
            write(mask, part + "/masks/d_r_47_.bmp");
        }
        assertLabels(SegmentationSet.SUIM, true, 0, 1, 2, 3, 4, 5, 6, 7, 1);
        assertLabels(SegmentationSet.SUIM, false, 0, 1, 2, 3, 4, 5, 6, 7, 1);
        assertThat(open(SegmentationSet.SUIM, true).classNames()).hasSize(8);
    }

    @Test
    void aFolderOfAnotherLayoutIsRefusedWithWhatItLacks() throws IOException {
        photo("train/cat/1.png", 3);
        assertThat(SegmentationSet.of(root)).isEmpty();
        assertThatThrownBy(() -> open(SegmentationSet.CITYSCAPES, true))
                .hasMessage(root + " is not laid out as cityscapes: it has no leftImg8bit/val/frankfurt (see"
                        + " docs/segmentation.md)");
        assertThatThrownBy(() -> SegmentationSet.SUIM.open(root.resolve("x"), true))
                .hasMessageEndingWith("does not exist or is not a folder");
    }

    private Source<Masked<Image>> open(SegmentationSet set, boolean train) throws IOException {
        return set.open(root, train);
    }

    /** The first sample's mask, and that the folder is recognised. */
    private void assertLabels(SegmentationSet set, boolean train, int... labels) throws IOException {
        assertThat(SegmentationSet.of(root)).contains(set);
        LabelMap mask = open(set, train).read(0).mask();
        assertThat(IntStream.range(0, mask.width()).map(x -> mask.at(x, 0))).containsExactly(boxed(labels));
    }

    private static Integer[] boxed(int... labels) {
        return Arrays.stream(labels).boxed().toArray(Integer[]::new);
    }

    private void photo(String name, int width) throws IOException {
        write(new BufferedImage(width, 1, BufferedImage.TYPE_INT_RGB), name);
    }

    private void mask(String name, int... numbers) throws IOException {
        BufferedImage picture = new BufferedImage(numbers.length, 1, BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setPixels(0, 0, numbers.length, 1, numbers);
        write(picture, name);
    }

    private void write(BufferedImage picture, String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(picture, name.substring(name.lastIndexOf('.') + 1), file.toFile()))
                .isTrue();
    }

    private void text(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
