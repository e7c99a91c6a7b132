package dev.fovea.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;

/** The zip form: {@code NAME/data.pkl} and one stored entry {@code NAME/data/KEY} for every storage. */
final class TorchZip {
    private static final String PICKLE = "data.pkl";
    private static final long LONGEST_PICKLE = 256L << 20;
    private static final int CHUNK = 1 << 20;

    private final Path file;
    private final ZipFile zip;
    private final String prefix;
    private final Map<String, TorchStorage> storages = new HashMap<>();
    private final Budget repeats = TorchStorage.repeats();
    private long loaded;

    private TorchZip(Path file, ZipFile zip) throws IOException {
        this.file = file;
        this.zip = zip;
        String pickle = zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .min(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new WeightFileException(file, "a zip archive without data.pkl is no PyTorch file"));
        prefix = pickle.substring(0, pickle.length() - PICKLE.length());
    }

    static Object read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return new TorchZip(file, zip).root();
        } catch (ZipException e) {
            throw new WeightFileException(file, "damaged or truncated zip archive: %s", e.getMessage());
        }
    }

    private Object root() throws IOException {
        requireLittleEndian();
        ZipEntry entry = zip.getEntry(prefix + PICKLE);
        if (entry.getMethod() != ZipEntry.STORED) {
            throw new WeightFileException(file, "%s is compressed; PyTorch stores it as it is", entry.getName());
        }
        if (entry.getSize() > LONGEST_PICKLE) {
            throw new WeightFileException(
                    file, "%s has %d bytes; at most %d are read", entry.getName(), entry.getSize(), LONGEST_PICKLE);
        }
        boolean script = zip.getEntry(prefix + "constants.pkl") != null;
        try (InputStream stream = zip.getInputStream(entry)) {
            byte[] pickle = stream.readNBytes((int) LONGEST_PICKLE);
            PickleInput in = new PickleInput(file, entry.getName(), new ByteArrayInputStream(pickle), pickle.length);
            return new Unpickler(in, name -> TorchGlobals.of(name, script), id -> storage(in, id)).read();
        }
    }

    private void requireLittleEndian() throws IOException {
        ZipEntry entry = zip.getEntry(prefix + "byteorder");
        if (entry == null) {
            return;
        }
        try (InputStream in = zip.getInputStream(entry)) {
            String order = new String(in.readNBytes(16), StandardCharsets.US_ASCII);
            if (!order.equals("little")) {
                throw new WeightFileException(file, "byte order '%s'; only little is read", order);
            }
        }
    }

    /** A persistent id is {@code ('storage', class, key, location, elements)}. */
    private TorchStorage storage(PickleInput in, List<?> id) {
        Dtype dtype = id.size() < 5 ? null : TorchGlobals.storageDtype(id.get(1));
        if (dtype == null || !(id.get(4) instanceof Long elements)) {
            throw in.refuse("refused: a persistent id that is no known storage");
        }
        String key = in.scalarText(id.get(2));
        TorchStorage known = storages.get(key);
        if (known == null) {
            try {
                known = load(in, key, dtype, elements);
            } catch (IOException e) {
                throw in.refuse("storage %s cannot be read: %s", key, e.getMessage());
            }
            storages.put(key, known);
        }
        if (known.dtype() != dtype) {
            throw in.refuse("storage %s is both %s and %s", key, known.dtype(), dtype);
        }
        return known;
    }

    private TorchStorage load(PickleInput in, String key, Dtype dtype, long elements) throws IOException {
        ZipEntry entry = zip.getEntry(prefix + "data/" + key);
        if (entry == null) {
            throw in.refuse("storage %s is not in the archive", key);
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw in.refuse("storage %s is compressed; PyTorch stores raw bytes", key);
        }
        if (elements < 0 || elements > entry.getSize() / dtype.bytes() || entry.getSize() != elements * dtype.bytes()) {
            throw in.refuse(
                    "storage %s has %d bytes, %d elements of %s were announced", key, entry.getSize(), elements, dtype);
        }
        loaded += entry.getSize();
        if (loaded > Files.size(file)) { // entries of a hostile archive may overlap
            throw in.refuse("the storages take more bytes than the file has");
        }
        TorchStorage storage = new TorchStorage(dtype, elements, repeats);
        try (InputStream data = zip.getInputStream(entry)) {
            long crc = copy(data, storage.bytes(), entry);
            // PyTorch can be told to write no checksums; the field is zero then.
            if (entry.getCrc() > 0 && entry.getCrc() != crc) {
                throw in.refuse("storage %s is damaged: its checksum is %08x, not %08x", key, crc, entry.getCrc());
            }
        }
        return storage;
    }

    private static long copy(InputStream data, Tensor target, ZipEntry entry) throws IOException {
        CRC32 crc = new CRC32();
        byte[] chunk = new byte[(int) Math.min(CHUNK, entry.getSize())];
        BytePointer memory = entry.getSize() == 0 ? null : new BytePointer(target.data_ptr());
        for (long at = 0; at < entry.getSize(); ) {
            int count = data.readNBytes(chunk, 0, (int) Math.min(chunk.length, entry.getSize() - at));
            if (count == 0) {
                throw new IOException("the entry ended at byte " + at);
            }
            crc.update(chunk, 0, count);
            memory.position(at).put(chunk, 0, count);
            at += count;
        }
        return crc.getValue();
    }
}
