package dev.fovea.train;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which fovea this is. */
public final class Version {
    private static final String COMMIT_PROPERTY = "fovea.commit";

    private Version() {}

    /** The version of the jar, or {@code development} when run from class files. */
    public static String version() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The commit of the clone that the classes lie in, or of the property {@code fovea.commit}; else {@code unknown}. */
    public static String commit() {
        String given = System.getProperty(COMMIT_PROPERTY);
        if (given != null) {
            return given;
        }
        try {
            Path code = Path.of(Version.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return gitFolder(code).flatMap(Version::head).orElse("unknown");
        } catch (URISyntaxException e) {
            return "unknown";
        }
    }

    private static Optional<Path> gitFolder(Path code) {
        for (Path folder = code.getParent(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("pom.xml"))) {
                return Optional.of(folder.resolve(".git"));
            }
        }
        return Optional.empty();
    }

    /** A work tree's {@code .git} is a file that names its folder, which shares branches with the main one. */
    static Optional<String> head(Path git) {
        try {
            Path folder = Files.isRegularFile(git)
                    ? Path.of(Files.readString(git).strip().substring("gitdir: ".length()))
                    : git;
            String head = Files.readString(folder.resolve("HEAD")).strip();
            if (!head.startsWith("ref: ")) {
                return Optional.of(head);
            }
            Path common = Files.exists(folder.resolve("commondir"))
                    ? folder.resolve(
                            Files.readString(folder.resolve("commondir")).strip())
                    : folder;
            return reference(common, head.substring("ref: ".length()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> reference(Path git, String name) throws IOException {
        Path loose = git.resolve(name);
        if (Files.exists(loose)) {
            return Optional.of(Files.readString(loose).strip());
        }
        try (var packed = Files.lines(git.resolve("packed-refs"))) {
            return packed.filter(line -> line.endsWith(" " + name))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .findFirst();
        }
    }
}
