package dev.fovea.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/**
 * Held by the one that trains in a run's folder: a second one would overwrite checkpoints and log. It is on a file of its own that
 * nobody reads, because a process that closes a file loses all its locks on it (POSIX), whoever opened it.
 */
final class RunLock implements AutoCloseable {
    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws RunInUseException when another process, or another thread of this one, trains there */
    static RunLock of(RunFolder run) throws IOException {
        FileChannel channel = FileChannel.open(run.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isFree(channel)) {
            channel.close();
            throw new RunInUseException(run.path());
        }
        return new RunLock(channel);
    }

    private static boolean isFree(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            System.err.println("warning: this file system has no locks (" + e.getMessage()
                    + "); nothing keeps a second process from training in the same folder");
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
