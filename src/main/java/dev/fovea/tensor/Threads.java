package dev.fovea.tensor;

import org.bytedeco.pytorch.global.torch;

/** How many threads libtorch's operations use, until it is closed; then as many as before. */
public final class Threads implements AutoCloseable {
    private final int before;

    private Threads(int count) {
        Natives.start();
        before = torch.get_num_threads();
        if (count != before) {
            torch.set_num_threads(count);
        }
    }

    public static Threads of(int count) {
        return new Threads(count);
    }

    public static int now() {
        Natives.start();
        return torch.get_num_threads();
    }

    @Override
    public void close() {
        if (torch.get_num_threads() != before) {
            torch.set_num_threads(before);
        }
    }
}
