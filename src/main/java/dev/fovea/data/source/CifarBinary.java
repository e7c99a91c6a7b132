package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * CIFAR-10 and CIFAR-100 in their binary form: records of label bytes and 32 x 32 pixels, one colour plane after the
 * other. The files are held in memory.
 */
public final class CifarBinary implements Source<Labelled<Image>> {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    private final List<Path> files;
    private final List<byte[]> contents = new ArrayList<>();
    private final List<String> classNames;
    private final int labelBytes;
    private final int record;
    private final int[] firstOfFile;

    private CifarBinary(List<Path> files, int labelBytes, List<String> classNames) throws IOException {
        this.files = files;
        this.labelBytes = labelBytes;
        this.record = labelBytes + Image.CHANNELS * PLANE;
        this.classNames = classNames;
        this.firstOfFile = new int[files.size() + 1];
        for (int i = 0; i < files.size(); i++) {
            byte[] content = Files.readAllBytes(files.get(i));
            if (content.length == 0 || content.length % record != 0) {
                throw new IOException("%s: %d bytes are not a whole number of CIFAR records of %d bytes"
                        .formatted(files.get(i), content.length, record));
            }
            contents.add(content);
            firstOfFile[i + 1] = firstOfFile[i] + content.length / record;
        }
        for (int i = 0; i < size(); i++) {
            if (label(i) >= classNames.size()) {
                throw new IOException(
                        "%s: label %d is not below %d classes".formatted(name(i), label(i), classNames.size()));
            }
        }
    }

    /** {@code data_batch_1.bin} to {@code data_batch_5.bin}, or {@code test_batch.bin}. */
    public static CifarBinary cifar10(Path root, boolean train) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 1; train && i <= 5; i++) {
            files.add(root.resolve("data_batch_" + i + ".bin"));
        }
        if (!train) {
            files.add(root.resolve("test_batch.bin"));
        }
        return new CifarBinary(files, 1, ClassNames.read(root.resolve("batches.meta.txt"), 10));
    }

    /** {@code train.bin} or {@code test.bin}, with the 100 fine labels. */
    public static CifarBinary cifar100(Path root, boolean train) throws IOException {
        Path file = root.resolve(train ? "train.bin" : "test.bin");
        return new CifarBinary(List.of(file), 2, ClassNames.read(root.resolve("fine_label_names.txt"), 100));
    }

    @Override
    public int size() {
        return firstOfFile[files.size()];
    }

    @Override
    public String name(int index) {
        int file = file(index);
        return files.get(file).getFileName() + "#" + (index - firstOfFile[file]);
    }

    @Override
    public Labelled<Image> read(int index) {
        byte[] content = contents.get(file(index));
        int planes = offset(index) + labelBytes;
        byte[] rgb = new byte[Image.CHANNELS * PLANE];
        for (int c = 0; c < Image.CHANNELS; c++) {
            for (int i = 0; i < PLANE; i++) {
                rgb[i * Image.CHANNELS + c] = content[planes + c * PLANE + i];
            }
        }
        return new Labelled<>(new Image(SIDE, SIDE, rgb), label(index));
    }

    /** CIFAR-100 writes the coarse label first. */
    @Override
    public int label(int index) {
        return contents.get(file(index))[offset(index) + labelBytes - 1] & 0xFF;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    private int file(int index) {
        int found = Arrays.binarySearch(firstOfFile, index);
        return found >= 0 ? found : -found - 2;
    }

    private int offset(int index) {
        return (index - firstOfFile[file(index)]) * record;
    }
}
