package dev.fovea.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the processor says it can do, where Linux tells. */
public final class CpuFlags {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final Set<String> MATTERS = Set.of(
            "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "amx_tile", "avx512_fp16", "bf16", "sve", "asimd");

    private CpuFlags() {}

    /** The flags that decide how fast tensors are, sorted; empty where they are not known. */
    public static List<String> relevant() {
        if (!Files.isReadable(CPUINFO)) {
            return List.of();
        }
        try (var lines = Files.lines(CPUINFO)) {
            return relevant(lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .findFirst()
                    .orElse(""));
        } catch (IOException e) {
            return List.of();
        }
    }

    static List<String> relevant(String line) {
        Set<String> flags = new TreeSet<>(Arrays.asList(line.split("[\\s:]+")));
        flags.retainAll(MATTERS);
        return List.copyOf(flags);
    }

    /** Whether bfloat16 products run in hardware; without it they are slower than float32. */
    public static boolean hasBf16() {
        return relevant().stream().anyMatch(flag -> flag.endsWith("bf16"));
    }
}
