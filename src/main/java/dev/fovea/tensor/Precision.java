package dev.fovea.tensor;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The arithmetic of forward passes. Parameters, losses and optimizer states are float32 in every case. */
public enum Precision {
    FP32,
    BF16;

    /** BF16 where the processor computes in it, else FP32. */
    public static Precision automatic() {
        return Cpu.here().hasBf16Units() ? BF16 : FP32;
    }

    /** Autocast of this thread in the chosen precision, until closed. */
    public Scope open() {
        Natives.start();
        return new Scope(this == BF16);
    }

    /** Autocast on the CPU; it owns the cache of cast weights, which must not outlive a step. */
    public static final class Scope implements AutoCloseable {
        private final boolean enabled;
        private final boolean before;

        private Scope(boolean enabled) {
            this.enabled = enabled;
            before = torch.is_autocast_enabled(DeviceType.CPU);
            torch.set_autocast_enabled(DeviceType.CPU, enabled);
            if (enabled) {
                torch.set_autocast_dtype(DeviceType.CPU, ScalarType.BFloat16);
            }
        }

        @Override
        public void close() {
            torch.set_autocast_enabled(DeviceType.CPU, before);
            if (enabled) {
                torch.clear_cache();
            }
        }
    }
}
