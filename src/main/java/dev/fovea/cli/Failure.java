package dev.fovea.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** What a user reads of a failed command: the messages of the exception and its causes, without native stack traces. */
final class Failure {
    private Failure() {}

    /** One line for each exception of the chain that says something new. */
    static String text(Throwable failure) {
        List<String> lines = new ArrayList<>();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            String line = line(e);
            if (lines.stream().noneMatch(known -> known.contains(line))) {
                lines.add(line);
            }
        }
        return String.join("\n  because: ", lines);
    }

    private static String line(Throwable e) {
        String message = e.getMessage() == null ? "" : e.getMessage().strip();
        if (e instanceof NoSuchFileException) {
            return "no such file or folder: " + message;
        }
        if (e instanceof FileAlreadyExistsException) {
            return "already exists: " + message;
        }
        message = message.replace("java.nio.file.NoSuchFileException: ", "no such file or folder: ")
                .replace("java.nio.file.AccessDeniedException: ", "access denied: ");
        if (e instanceof OutOfMemoryError) {
            return "out of memory: " + firstLine(message) + " (a larger heap: FOVEA_HEAP=4g fovea ...)";
        }
        return isExpected(e) && !message.isEmpty()
                ? firstLine(message)
                : e.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + firstLine(message));
    }

    /** Exceptions whose messages are written for users; of others the class is told as well. */
    static boolean isExpected(Throwable e) {
        String type = e.getClass().getName();
        return type.startsWith("dev.fovea.")
                || e.getClass() == IllegalArgumentException.class
                || e.getClass() == IllegalStateException.class
                || e.getClass() == UnsupportedOperationException.class
                || e.getClass() == UncheckedIOException.class
                || e.getClass() == IOException.class
                || isNative(e);
    }

    private static boolean isNative(Throwable e) {
        return e.getClass() == RuntimeException.class && e.getMessage() != null;
    }

    /** libtorch puts its C++ stack into the message, behind the line that matters; our own texts keep their lines. */
    private static String firstLine(String message) {
        int stack = message.indexOf("\nException raised from");
        String told = stack < 0 ? message : message.substring(0, stack);
        int frames = told.indexOf("\nframe #0");
        return (frames < 0 ? told : told.substring(0, frames)).strip();
    }
}
