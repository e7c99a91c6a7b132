package dev.fovea.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Native start-up: unpacks libtorch completely before the first library is loaded, under a lock between processes.
 *
 * <p>JavaCPP unpacks one library at a time while loading. On a machine with a system-wide libtorch the loader then
 * resolves {@code libtorch_cpu.so} to the system's file and crashes, and two first starts at once corrupt the cache.
 */
public final class Natives {
    private static boolean started;

    private Natives() {}

    /** Loads libtorch once; later calls do nothing. Call it before the first use of a bytedeco torch class. */
    public static synchronized void start() {
        if (started) {
            return;
        }
        preferSettings();
        unpackUnderLock();
        Loader.load(torch.class);
        // on processors it does not know, NNPACK warns at every kind of float32 convolution that it is asked for
        torch.globalContext().setUserEnabledNNPACK(false);
        started = true;
    }

    /** JavaCPP reads these once, in static initialisers, so they are set before any of its pointer classes loads. */
    private static void preferSettings() {
        setIfAbsent("org.bytedeco.javacpp.maxBytes", "0");
        setIfAbsent("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        if (mklIsBundled()) {
            setIfAbsent("org.bytedeco.openblas.load", "mkl");
        }
    }

    /** Whether the MKL libraries are on the class path (x86 only; elsewhere OpenBLAS does the matrix products). */
    public static boolean mklIsBundled() {
        String platform = Loader.getPlatform();
        return Natives.class.getResource("/org/bytedeco/mkl/" + platform + "/") != null;
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    private static void unpackUnderLock() {
        try {
            Path lockFile = Loader.getCacheDir().toPath().resolve("fovea.lock");
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                Loader.cacheResources("/org/bytedeco/pytorch/" + Loader.getPlatform() + "/");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot unpack libtorch into the JavaCPP cache; set -Dorg.bytedeco.javacpp.cachedir to a writable"
                            + " folder with 2 GB free",
                    e);
        }
    }
}
