package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Labelled;
import dev.fovea.data.Masked;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    @TempDir
    Path root;

    private static byte[] png(int width, int height, int grey) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        byte[] row = new byte[width * height];
        Arrays.fill(row, (byte) grey);
        picture.getRaster().setDataElements(0, 0, width, height, row);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", out);
        return out.toByteArray();
    }

    private void put(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    @Test
    void unlabelledFolderFindsImagesAtAnyDepthAndLeavesHiddenAndOtherFilesOut() throws IOException {
        put("b/deep/er/2.PNG", png(2, 2, 20));
        put("a.png", png(2, 2, 10));
        put("._a.png", new byte[3]);
        put(".cache/x.png", png(1, 1, 1));
        put("notes.txt", new byte[3]);
        UnlabelledFolder folder = new UnlabelledFolder(root);
        assertThat(folder.size()).isEqualTo(2);
        assertThat(folder.name(0)).isEqualTo("a.png");
        assertThat(folder.name(1)).isEqualTo("b/deep/er/2.PNG");
        assertThat(folder.read(1).at(1, 1, 2)).isEqualTo(20);
    }

    @Test
    void foldersWithoutImagesAreRefused() throws IOException {
        put("x/notes.txt", new byte[1]);
        assertThatThrownBy(() -> new UnlabelledFolder(root))
                .hasMessageStartingWith("no image file below " + root + " (looked for bmp dib gif");
        assertThatThrownBy(() -> new UnlabelledFolder(root.resolve("nowhere")))
                .hasMessage("data folder " + root.resolve("nowhere") + " does not exist or is not a folder");
    }

    @Test
    void imageFolderNumbersClassesByTheirSortedNames() throws IOException {
        put("train/zebra/1.png", png(1, 1, 1));
        put("train/ant/1.png", png(1, 1, 2));
        put("train/ant/2.png", png(1, 1, 3));
        put("val/zebra/9.png", png(1, 1, 4));
        ImageFolder train = new ImageFolder(root.resolve("train"));
        assertThat(train.classNames()).containsExactly("ant", "zebra");
        assertThat(List.of(train.label(0), train.label(1), train.label(2))).containsExactly(0, 0, 1);
        ImageFolder val = new ImageFolder(root.resolve("val"), train.classNames());
        assertThat(val.read(0).label()).as("the training set's number").isEqualTo(1);
        assertThatThrownBy(() -> new ImageFolder(root.resolve("val"), List.of("ant")))
                .hasMessage("folder zebra of " + root.resolve("val") + " is none of the classes [ant]");
        assertThatThrownBy(() -> new ImageFolder(root.resolve("val/zebra")))
                .hasMessage("9.png lies directly in " + root.resolve("val/zebra") + ", not in the folder of a class");
    }

    @Test
    void cifarPlanesBecomePixels() throws IOException {
        byte[] records = new byte[2 * 3073];
        records[3073] = 7;
        records[3073 + 1 + 1024 + 33] = 99; // green of row 1, column 1
        put("test_batch.bin", records);
        put("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".getBytes());
        CifarBinary cifar = CifarBinary.cifar10(root, false);
        Labelled<Image> second = cifar.read(1);
        assertThat(cifar.size()).isEqualTo(2);
        assertThat(second.label()).isEqualTo(7);
        assertThat(cifar.classNames().get(7)).isEqualTo("h");
        assertThat(second.image().at(1, 1, 1)).isEqualTo(99);
        assertThat(cifar.name(1)).isEqualTo("test_batch.bin#1");
        put("test_batch.bin", new byte[3000]);
        assertThatThrownBy(() -> CifarBinary.cifar10(root, false))
                .hasMessageEndingWith("3000 bytes are not a whole number of CIFAR records of 3073 bytes");
    }

    @Test
    void cifar100ReadsTheFineLabelAndSpansFiles() throws IOException {
        byte[] records = new byte[3074];
        records[0] = 3;
        records[1] = 55;
        put("train.bin", records);
        assertThat(CifarBinary.cifar100(root, true).label(0)).isEqualTo(55);
        for (int i = 1; i <= 5; i++) {
            byte[] one = new byte[i * 3073];
            one[0] = (byte) i;
            put("data_batch_" + i + ".bin", one);
        }
        CifarBinary all = CifarBinary.cifar10(root, true);
        assertThat(all.size()).isEqualTo(15);
        assertThat(all.name(3)).isEqualTo("data_batch_3.bin#0");
        assertThat(all.label(3)).isEqualTo(3);
    }

    @Test
    void idxFilesAreReadPlainAndGzipped() throws IOException {
        byte[] images = ByteBuffer.allocate(16 + 12)
                .putInt(0x803)
                .putInt(2)
                .putInt(2)
                .putInt(3)
                .array();
        images[16 + 6 + 5] = 77;
        byte[] labels =
                ByteBuffer.allocate(10).putInt(0x801).putInt(2).put(8, (byte) 4).array();
        put("images-idx3-ubyte", images);
        Path zipped = root.resolve("labels-idx1-ubyte.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write(labels);
        }
        IdxFiles idx = new IdxFiles(root.resolve("images-idx3-ubyte"), zipped);
        assertThat(idx.size()).isEqualTo(2);
        assertThat(idx.label(0)).isEqualTo(4);
        assertThat(idx.classNames()).hasSize(5);
        assertThat(idx.read(1).image().at(2, 1, 0)).isEqualTo(77);
        put("images-idx3-ubyte", Arrays.copyOf(images, 20));
        assertThatThrownBy(() -> new IdxFiles(root.resolve("images-idx3-ubyte"), zipped))
                .hasMessageEndingWith("images-idx3-ubyte is cut off: 4 of 12 values");
        assertThatThrownBy(() -> new IdxFiles(zipped, zipped))
                .hasMessageEndingWith("magic number 0x00000801 is not that of an IDX file of 3-dimensional bytes");
    }

    @Test
    void maskNumbersFollowTheRules() throws IOException {
        put("images/train/x/a.png", png(2, 1, 50));
        put("masks/train/x/a.png", png(2, 1, 3));
        assertThat(readMask(new MaskRules(4, MaskRules.NONE, false))).isEqualTo(3);
        assertThat(readMask(new MaskRules(3, 3, false))).isEqualTo(LabelMap.IGNORE);
        assertThat(readMask(new MaskRules(3, MaskRules.NONE, true))).isEqualTo(2);
        assertThatThrownBy(() -> readMask(new MaskRules(3, 11, false)))
                .hasMessage("x/a.png (mask a.png): class number 3 of 2 pixels is not one of the 3 classes nor the"
                        + " ignored number");
        put("masks/train/x/a.png", png(2, 1, 0));
        assertThat(readMask(new MaskRules(3, MaskRules.NONE, true))).isEqualTo(LabelMap.IGNORE);
        put("masks/train/x/a.png", png(3, 1, 0));
        assertThatThrownBy(() -> readMask(new MaskRules(3, 11, false)))
                .hasMessage("x/a.png (mask a.png): 3 x 1 pixels do not fit the image of 2 x 1");
    }

    private int readMask(MaskRules rules) throws IOException {
        Masked<Image> sample = MaskFolder.split(root, "train", rules).read(0);
        return sample.mask().at(1, 0);
    }

    @Test
    void imagesAndMasksMayDifferInSuffixAndNoneMayBeMissing() throws IOException {
        put("images/a_left.png", png(1, 1, 1));
        put("images/a_right.png", png(1, 1, 1));
        put("labels/a_fine.png", png(1, 1, 2));
        MaskRules rules = new MaskRules(5, MaskRules.NONE, false);
        MaskFolder folder = new MaskFolder(root.resolve("images"), root.resolve("labels"), "_left", "_fine", rules);
        assertThat(folder.size()).isEqualTo(1);
        assertThat(folder.read(0).mask().at(0, 0)).isEqualTo(2);
        assertThatThrownBy(() -> new MaskFolder(root.resolve("images"), root.resolve("labels"), rules))
                .hasMessage("image %s has no mask a_left.png in %s"
                        .formatted(root.resolve("images/a_left.png"), root.resolve("labels")));
        assertThatThrownBy(() -> MaskFolder.split(root, "test", rules))
                .hasMessage(root + " has none of the mask folders [masks, annotations, labels] with a folder test");
    }

    @Test
    void shardsAreReadInAnyOrderWithLongNamesAndLabels() throws IOException {
        String deep = "folder/".repeat(30);
        shard("b.tar", "s2.png", png(1, 1, 22));
        shard("a.tar", deep + "s0.png", png(1, 1, 20), deep + "s0.cls", "4\n".getBytes(), "s1.seg.png", png(1, 1, 0));
        try (TarShards shards = TarShards.in(root)) {
            assertThat(shards.size()).isEqualTo(2);
            assertThat(shards.read(1).image().at(0, 0, 0)).isEqualTo(22);
            assertThat(shards.read(0).image().at(0, 0, 0)).isEqualTo(20);
            assertThat(shards.label(0)).isEqualTo(4);
            assertThat(shards.label(1)).isEqualTo(TarShards.NO_LABEL);
            assertThat(shards.name(0)).isEqualTo("a.tar/" + deep + "s0.png");
        }
    }

    @Test
    void brokenShardsAreNamed() throws IOException {
        shard("a.tar", "s0.png", png(100, 100, 20), "s0.cls", "cat".getBytes());
        assertThatThrownBy(() -> TarShards.in(root))
                .hasMessage(root.resolve("a.tar") + ": s0.cls holds 'cat', not a class number");
        shard("a.tar", "s0.png", new byte[3000]);
        put("a.tar", Arrays.copyOf(Files.readAllBytes(root.resolve("a.tar")), 1024));
        assertThatThrownBy(() -> TarShards.in(root)).isInstanceOf(IOException.class);
    }

    private void shard(String name, Object... namesAndContents) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(root.resolve(name)))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = (byte[]) namesAndContents[i + 1];
                TarArchiveEntry entry = new TarArchiveEntry((String) namesAndContents[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
    }

    @Test
    void namesThatCannotBeReadAreNoClasses() throws Exception {
        Files.createDirectories(root.resolve("cat"));
        put("a.png", png(1, 1, 1));
        // Bytes of Latin-1, which are no UTF-8: Java reads them as U+FFFD and cannot write them.
        String twice =
                "cd \"$1\"; for d in caf\\\\351 caf\\\\350; do n=$(printf \"$d\"); mkdir \"$n\" && cp a.png \"$n\"; done; rm a.png";
        Process process = new ProcessBuilder("sh", "-c", twice, "sh", root.toString()).start();
        assumeTrue(process.waitFor() == 0, "the file system takes names that are no text");
        assertThatThrownBy(() -> new ImageFolder(root))
                .hasMessageStartingWith("the name of caf\uFFFD cannot be read with the encoding ")
                .hasMessageEndingWith(": set LC_ALL=C.UTF-8, or rename it");
        assertThat(new UnlabelledFolder(root).read(1).width())
                .as("without labels a name decides nothing")
                .isEqualTo(1);
    }

    @Test
    void linksInACircleAreToldOfWithTheFolder() throws IOException {
        put("a/1.png", png(1, 1, 1));
        Files.createSymbolicLink(root.resolve("a/again"), root);
        assertThatThrownBy(() -> new UnlabelledFolder(root))
                .hasMessage("cannot list " + root)
                .hasCauseInstanceOf(FileSystemLoopException.class);
    }

    @Test
    void twoMasksOfOneImageAreRefused() throws IOException {
        put("images/a.jpg", png(1, 1, 1));
        put("labels/a.png", png(1, 1, 2));
        put("labels/a.tif", png(1, 1, 3));
        put("labels/other.png", png(1, 1, 2));
        put("labels/other.tif", png(1, 1, 3));
        MaskRules rules = new MaskRules(5, MaskRules.NONE, false);
        assertThatThrownBy(() -> new MaskFolder(root.resolve("images"), root.resolve("labels"), rules))
                .hasMessage("image %s has several masks: %s and %s"
                        .formatted(
                                root.resolve("images/a.jpg"),
                                root.resolve("labels/a.png"),
                                root.resolve("labels/a.tif")));
    }

    @Test
    void aSampleOfAShardHasOneImage() throws IOException {
        shard("a.tar", "s0.png", png(1, 1, 1), "s1.png", png(1, 1, 2), "s1.jpg", png(1, 1, 3));
        assertThatThrownBy(() -> TarShards.in(root))
                .hasMessage(root.resolve("a.tar") + ": s1.png and s1.jpg are of one sample; a sample has one image");
    }

    @Test
    void aSampleOfMoreBytesThanAnArrayIsRefused() throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("s0.png");
        entry.setSize(3L << 30);
        byte[] header = new byte[512];
        entry.writeEntryHeader(header);
        put("a.tar", header);
        try (RandomAccessFile file = new RandomAccessFile(root.resolve("a.tar").toFile(), "rw")) {
            file.setLength(512 + (3L << 30) + 1024); // a hole: it takes no room
        }
        assertThatThrownBy(() -> TarShards.in(root))
                .hasMessage(root.resolve("a.tar") + ": s0.png has 3221225472 bytes; a sample may have 2147483639");
    }
}
