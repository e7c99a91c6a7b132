package dev.fovea.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The processor as the operating system describes it; where it tells nothing, no unit is assumed. */
public record Cpu(String model, Set<String> flags) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    /** x86 names, then the one of Arm. */
    private static final List<String> BF16_UNITS = List.of("amx_bf16", "avx512_bf16", "bf16");

    /** The processor of this machine. */
    public static Cpu here() {
        try {
            return Files.isReadable(CPUINFO) ? parse(Files.readAllLines(CPUINFO)) : unknown();
        } catch (IOException e) {
            return unknown();
        }
    }

    private static Cpu unknown() {
        return new Cpu(System.getProperty("os.arch"), Set.of());
    }

    static Cpu parse(List<String> cpuinfo) {
        String model = value(cpuinfo, "model name");
        String flags = value(cpuinfo, "flags") + " " + value(cpuinfo, "Features");
        return new Cpu(
                model.isEmpty() ? System.getProperty("os.arch") : model,
                Arrays.stream(flags.split(" ")).collect(Collectors.toUnmodifiableSet()));
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The instruction sets that multiply bfloat16 matrices; without one, bfloat16 is slower than float32. */
    public List<String> bf16Units() {
        return BF16_UNITS.stream().filter(flags::contains).toList();
    }

    public boolean hasBf16Units() {
        return !bf16Units().isEmpty();
    }
}
