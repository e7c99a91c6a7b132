package dev.fovea.cli;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine.IVersionProvider;

/** The versions of fovea and of what it stands on. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "fovea " + fovea(),
            "libtorch " + libtorch() + " (bytedeco, JavaCPP " + javacpp() + ")",
            "Java " + System.getProperty("java.version") + ", " + Loader.getPlatform()
        };
    }

    /** From the jar's manifest; classes run without a jar have none. */
    static String fovea() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(classes without a jar)" : version;
    }

    static String libtorch() {
        String artifact = manifestVersion("pytorch", torch.class);
        int end = artifact.lastIndexOf('-');
        return end < 0 ? artifact : artifact.substring(0, end);
    }

    static String javacpp() {
        return manifestVersion("javacpp", Loader.class);
    }

    private static String manifestVersion(String artifact, Class<?> owner) {
        try {
            return Loader.getVersion("org.bytedeco", artifact, owner);
        } catch (IOException e) {
            return "(unknown)";
        }
    }
}
