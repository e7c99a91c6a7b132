package dev.fovea.train;

import java.io.IOException;
import java.nio.file.Path;

/** The run of a folder is being trained already. */
public final class RunInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    RunInUseException(Path folder) {
        super("another process trains in run folder %s".formatted(folder));
    }
}
