package dev.fovea.data.source;

import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.Source;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Grey images and labels in IDX files, as MNIST and its relatives come, plain or gzipped. Held in memory. */
public final class IdxFiles implements Source<Labelled<Image>> {
    private static final int UNSIGNED_BYTE = 0x08;

    private final String name;
    private final int[] shape;
    private final byte[] pixels;
    private final byte[] labels;
    private final int classes;

    /** @param images an idx3-ubyte file {@code [N, H, W]} and @param labels an idx1-ubyte file {@code [N]} */
    public IdxFiles(Path images, Path labels) throws IOException {
        Array pictures = Array.read(images, 3);
        Array numbers = Array.read(labels, 1);
        if (pictures.shape[0] != numbers.shape[0]) {
            throw new IOException("%s holds %d images but %s holds %d labels"
                    .formatted(images, pictures.shape[0], labels, numbers.shape[0]));
        }
        this.name = images.getFileName().toString();
        this.shape = pictures.shape;
        this.pixels = pictures.bytes;
        this.labels = numbers.bytes;
        this.classes = 1 + IntStream.range(0, size()).map(this::label).max().orElse(-1);
    }

    @Override
    public int size() {
        return shape[0];
    }

    @Override
    public String name(int index) {
        return name + "#" + index;
    }

    @Override
    public Labelled<Image> read(int index) {
        int plane = shape[1] * shape[2];
        byte[] grey = Arrays.copyOfRange(pixels, index * plane, (index + 1) * plane);
        return new Labelled<>(Image.ofGrey(shape[2], shape[1], grey), label(index));
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xFF;
    }

    /** The numbers 0 to the greatest label: IDX files carry no names. */
    @Override
    public List<String> classNames() {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** The file's magic number is 0, 0, element type, rank; then one big-endian int per dimension. */
    private record Array(int[] shape, byte[] bytes) {
        static Array read(Path file, int rank) throws IOException {
            try (DataInputStream in = new DataInputStream(open(file))) {
                int magic = in.readInt();
                if (magic != (UNSIGNED_BYTE << 8 | rank)) {
                    throw new IOException("%s: magic number 0x%08X is not that of an IDX file of %d-dimensional bytes"
                            .formatted(file, magic, rank));
                }
                int[] shape = new int[rank];
                long count = 1;
                for (int i = 0; i < rank; i++) {
                    shape[i] = in.readInt();
                    count *= shape[i];
                }
                if (count < 0 || count > Integer.MAX_VALUE - 8) {
                    throw new IOException("%s: shape %s is not possible".formatted(file, Arrays.toString(shape)));
                }
                byte[] bytes = in.readNBytes((int) count);
                if (bytes.length < count) {
                    throw new IOException("%s is cut off: %d of %d values".formatted(file, bytes.length, count));
                }
                return new Array(shape, bytes);
            } catch (EOFException e) {
                throw new IOException(file + " is cut off within its header", e);
            }
        }

        private static InputStream open(Path file) throws IOException {
            InputStream in = new BufferedInputStream(Files.newInputStream(file));
            return file.toString().endsWith(".gz") ? new BufferedInputStream(new GZIPInputStream(in)) : in;
        }
    }
}
