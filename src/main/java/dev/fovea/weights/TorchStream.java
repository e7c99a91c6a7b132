package dev.fovea.weights;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/**
 * The stream form, from before PyTorch 1.6: pickles of a magic number, a protocol version, system facts, the object and
 * the storage keys, then for every key a count of elements and the raw bytes ({@code torch/serialization.py},
 * {@code _legacy_save}).
 */
final class TorchStream {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;
    private static final int CHUNK = 1 << 20;

    private final Path file;
    private final PickleInput in;
    private final Map<String, TorchStorage> storages = new HashMap<>();
    private final Map<String, TorchStorage> windows = new HashMap<>();
    private final Budget repeats = TorchStorage.repeats();
    private long announced;

    private TorchStream(Path file, InputStream stream, long size) {
        this.file = file;
        this.in = new PickleInput(file, "", stream, size);
    }

    static Object read(Path file) throws IOException {
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), CHUNK)) {
            return new TorchStream(file, stream, Files.size(file)).root();
        }
    }

    private Object root() {
        requireMagic();
        Object version = pickle();
        if (!Long.valueOf(VERSION).equals(version)) {
            throw new WeightFileException(file, "stream version %s; only %d is read", version, VERSION);
        }
        if (pickle() instanceof Map<?, ?> system && Boolean.FALSE.equals(system.get("little_endian"))) {
            throw new WeightFileException(file, "byte order 'big'; only little is read");
        }
        Object root = pickle();
        if (!(pickle() instanceof List<?> keys)) {
            throw in.refuse("the storage keys are no list");
        }
        for (Object key : keys) {
            fill(in.scalarText(key));
        }
        if (!storages.isEmpty()) {
            throw in.refuse("no data for the storages %s", storages.keySet());
        }
        return root;
    }

    private void requireMagic() {
        Object magic;
        try {
            magic = in.unsignedByte() == 0x80 && in.unsignedByte() >= 2 && in.unsignedByte() == 0x8a
                    ? in.integer(in.unsignedByte())
                    : null;
        } catch (WeightFileException e) {
            magic = null;
        }
        if (!MAGIC.equals(magic) || in.unsignedByte() != '.') {
            throw new WeightFileException(file, "neither a PyTorch zip archive nor its older stream form");
        }
    }

    private Object pickle() {
        return new Unpickler(in, name -> TorchGlobals.of(name, false), this::storage).read();
    }

    /** A persistent id is {@code ('storage', class, key, location, elements, window)}; the data comes later. */
    private TorchStorage storage(List<?> id) {
        Dtype dtype = id.size() < 5 ? null : TorchGlobals.storageDtype(id.get(1));
        if (dtype == null || !(id.get(4) instanceof Long elements)) {
            throw in.refuse("refused: a persistent id that is no known storage");
        }
        String key = in.scalarText(id.get(2));
        TorchStorage known = storages.get(key);
        if (known == null) {
            requireRoom(key, dtype, elements);
            known = new TorchStorage(dtype, elements, repeats);
            storages.put(key, known);
        }
        if (known.dtype() != dtype) {
            throw in.refuse("storage %s is both %s and %s", key, known.dtype(), dtype);
        }
        return id.size() > 5 && id.get(5) instanceof List<?> window ? window(known, window) : known;
    }

    /** A window is {@code (key, offset, elements)} in elements of the storage. */
    private TorchStorage window(TorchStorage storage, List<?> window) {
        if (window.size() != 3 || !(window.get(1) instanceof Long from) || !(window.get(2) instanceof Long count)) {
            throw in.refuse("a storage window that is not (key, offset, size)");
        }
        try {
            return windows.computeIfAbsent(in.scalarText(window.get(0)), key -> storage.window(from, count));
        } catch (IllegalArgumentException e) {
            throw in.refuse("%s", e.getMessage());
        }
    }

    /** All storages together must fit into what is left of the file, before any memory is taken. */
    private void requireRoom(String key, Dtype dtype, long elements) {
        if (elements < 0 || elements > in.left() / dtype.bytes()) {
            throw in.refuse(
                    "storage %s announces %d elements of %s, %d bytes are left", key, elements, dtype, in.left());
        }
        announced += elements * dtype.bytes();
        if (announced > in.left()) {
            throw in.refuse("the storages announce %d bytes, %d are left", announced, in.left());
        }
    }

    private void fill(String key) {
        TorchStorage storage = storages.remove(key);
        if (storage == null) {
            throw in.refuse("data for the storage %s, which is unknown or came before", key);
        }
        long elements = in.signedLong();
        long bytes = storage.bytes().numel();
        if (elements != bytes / storage.dtype().bytes()) {
            throw in.refuse("storage %s has %d elements, %d bytes were announced", key, elements, bytes);
        }
        if (bytes > in.left()) {
            throw in.refuse("truncated: storage %s takes %d bytes, %d are left", key, bytes, in.left());
        }
        byte[] chunk = new byte[(int) Math.min(CHUNK, bytes)];
        BytePointer memory = bytes == 0 ? null : new BytePointer(storage.bytes().data_ptr());
        for (long at = 0; at < bytes; at += chunk.length) {
            int count = (int) Math.min(chunk.length, bytes - at);
            in.fill(chunk, count);
            memory.position(at).put(chunk, 0, count);
        }
    }
}
