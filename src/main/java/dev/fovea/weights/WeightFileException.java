package dev.fovea.weights;

import java.nio.file.Path;

/** A parameter file that is damaged, hostile or of another kind; the message starts with the file. */
public final class WeightFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WeightFileException(Path file, String rule, Object... values) {
        super(file + ": " + rule.formatted(values));
    }
}
