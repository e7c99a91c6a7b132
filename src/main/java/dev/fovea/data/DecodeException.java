package dev.fovea.data;

import java.io.IOException;

/** A file that is not the image it should be. The message names the file and says why. */
public final class DecodeException extends IOException {
    private static final long serialVersionUID = 1L;

    public DecodeException(String name, String reason) {
        super(name + ": " + reason);
    }

    public DecodeException(String name, String reason, Throwable cause) {
        super(name + ": " + reason, cause);
    }
}
