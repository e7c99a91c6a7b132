package dev.fovea.train;

import java.util.concurrent.CountDownLatch;
import javax.imageio.ImageIO;

/**
 * Ctrl-C and SIGTERM while it is open: the virtual machine's end waits until the loop has seen the wish, saved and
 * closed this. The exit code is then the virtual machine's own, 130 for SIGINT and 143 for SIGTERM.
 */
final class StopSignal implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested;

    StopSignal() {
        // With a file as its cache, writing the first picture registers a hook, which fails once the end has begun.
        ImageIO.setUseCache(false);
        hook = new Thread(this::waitForLoop, "fovea-stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean requested() {
        return requested;
    }

    private void waitForLoop() {
        requested = true;
        System.err.println("stopping after this step, with a checkpoint (kill -9 stops at once)");
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                return; // the end began just now
            }
        }
    }
}
