package dev.fovea.data.source;

import dev.fovea.data.DecodeException;
import dev.fovea.data.Image;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.Labelled;
import dev.fovea.data.Source;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * WebDataset shards: uncompressed tar files in which {@code key.jpg} and {@code key.cls} make one sample. The headers
 * are read once; samples are then read at their offsets, in any order, by several threads.
 */
public final class TarShards implements Source<Labelled<Image>>, Closeable {
    private static final String CLASS_EXTENSION = "cls";
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // of a Java array

    private record Entry(int shard, String name, long offset, int length, int label) {}

    private final List<Path> shards;
    private final List<FileChannel> channels = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> classNames;

    /** @param classNames names by class number, or an empty list */
    public TarShards(List<Path> shards, List<String> classNames) throws IOException {
        this.shards = List.copyOf(shards);
        this.classNames = List.copyOf(classNames);
        try {
            for (int i = 0; i < shards.size(); i++) {
                channels.add(FileChannel.open(shards.get(i), StandardOpenOption.READ));
                index(i);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        if (entries.isEmpty()) {
            throw new IOException("no image in the tar shards " + shards);
        }
    }

    /** All {@code .tar} files directly in a folder, sorted by name. */
    public static TarShards in(Path folder) throws IOException {
        ImageFiles.requireFolder(folder);
        try (Stream<Path> files = Files.list(folder)) {
            return new TarShards(
                    files.filter(file -> file.toString().endsWith(".tar"))
                            .sorted()
                            .toList(),
                    List.of());
        }
    }

    private void index(int shard) throws IOException {
        Path file = shards.get(shard);
        Map<String, TarArchiveEntry> images = new LinkedHashMap<>();
        Map<String, Integer> labels = new LinkedHashMap<>();
        try (TarFile tar = new TarFile(file)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (!entry.isFile()) {
                    continue;
                }
                if (entry.getDataOffset() + entry.getSize() > Files.size(file)) {
                    throw new IOException(file + " is cut off within " + entry.getName());
                }
                if (ImageFiles.EXTENSIONS.contains(extension(entry.getName()))) {
                    TarArchiveEntry other = images.put(key(entry.getName()), entry);
                    if (other != null) {
                        throw new IOException("%s: %s and %s are of one sample; a sample has one image"
                                .formatted(file, other.getName(), entry.getName()));
                    }
                } else if (extension(entry.getName()).equals(CLASS_EXTENSION)) {
                    labels.put(key(entry.getName()), classNumber(shard, entry));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not a readable tar file: " + e.getMessage(), e);
        }
        for (Map.Entry<String, TarArchiveEntry> image : images.entrySet()) {
            TarArchiveEntry entry = image.getValue();
            int label = labels.getOrDefault(image.getKey(), NO_LABEL);
            entries.add(new Entry(shard, entry.getName(), entry.getDataOffset(), length(shard, entry), label));
        }
    }

    private int length(int shard, TarArchiveEntry entry) throws IOException {
        if (entry.getSize() > MOST_BYTES) {
            throw new IOException("%s: %s has %d bytes; a sample may have %d"
                    .formatted(shards.get(shard), entry.getName(), entry.getSize(), MOST_BYTES));
        }
        return (int) entry.getSize();
    }

    /** WebDataset's key: the path up to the first dot of the file's own name. */
    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String extension(String name) {
        return name.substring(Math.min(name.length(), key(name).length() + 1)).toLowerCase(Locale.ROOT);
    }

    private int classNumber(int shard, TarArchiveEntry entry) throws IOException {
        byte[] bytes = read(shard, entry.getDataOffset(), length(shard, entry));
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException e) {
            throw new IOException(
                    "%s: %s holds '%s', not a class number".formatted(shards.get(shard), entry.getName(), text), e);
        }
    }

    private byte[] read(int shard, long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channels.get(shard).read(buffer, offset + buffer.position()) < 0) {
                throw new DecodeException(shards.get(shard).toString(), "the tar file ends within a sample");
            }
        }
        return buffer.array();
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public String name(int index) {
        Entry entry = entries.get(index);
        return shards.get(entry.shard).getFileName() + "/" + entry.name;
    }

    @Override
    public Labelled<Image> read(int index) throws IOException {
        Entry entry = entries.get(index);
        byte[] bytes = read(entry.shard, entry.offset, entry.length);
        return new Labelled<>(ImageDecoder.decode(bytes, name(index)), entry.label);
    }

    @Override
    public int label(int index) {
        return entries.get(index).label;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public void close() {
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
