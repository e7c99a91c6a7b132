package dev.fovea.data;

/** More of a source's files are bad than the run allows. */
public final class TooManyBadFilesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyBadFilesException(String message) {
        super(message);
    }
}
