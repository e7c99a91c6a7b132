package dev.fovea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The files of one run; {@code docs/architecture.md} shows the layout. */
public record RunFolder(Path path) {
    /** The folder of a new run, which must be empty or not there yet. */
    public static RunFolder create(Path path) throws IOException {
        requireNew(path);
        Files.createDirectories(path);
        return new RunFolder(path);
    }

    static void requireNew(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new IOException("run folder %s is a file".formatted(path));
        }
        try (Stream<Path> entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new IOException(
                        "run folder %s is not empty: resume its run with --resume, or choose another folder"
                                .formatted(path));
            }
        }
    }

    /** The folder of a run that was started before. */
    public static RunFolder open(Path path) throws IOException {
        RunFolder folder = new RunFolder(path);
        if (!Files.exists(folder.recipe())) {
            throw new IOException("%s is no run folder: it has no recipe.yaml".formatted(path));
        }
        return folder;
    }

    public Path recipe() {
        return path.resolve("recipe.yaml");
    }

    /** See {@link RunLock}. */
    Path lock() {
        return path.resolve(".lock");
    }

    public Path facts() {
        return path.resolve("run.json");
    }

    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    public Path pictures() {
        return path.resolve("pictures");
    }

    /** What of the data was left out; only where something was. */
    public Path leftOut() {
        return path.resolve("left_out.txt");
    }

    public Path report() {
        return path.resolve("report.html");
    }

    /** The result: the model alone, for other runs and for prediction. */
    public Path model() {
        return path.resolve("model.safetensors");
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    public Path last() {
        return checkpoints().resolve("last.safetensors");
    }

    public Path best() {
        return checkpoints().resolve("best.safetensors");
    }

    public Path kept(long step) {
        return checkpoints().resolve("step-%08d.safetensors".formatted(step));
    }

    /** What a process that was killed in the middle of a write has left. */
    void removeUnfinished() throws IOException {
        if (!Files.isDirectory(checkpoints())) {
            return;
        }
        try (Stream<Path> entries = Files.list(checkpoints())) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".") && name.endsWith(".tmp")) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }
}
