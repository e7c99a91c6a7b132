package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.tensor.Cpu;
import dev.fovea.tensor.Natives;
import dev.fovea.tensor.Threads;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fovea info}: what a bug report about speed or start-up needs. */
@Command(
        name = "info",
        header = "Versions, processor, memory, native libraries.",
        description = "Versions, processor, libraries, memory and the cache of native libraries.")
final class InfoCommand implements Callable<Integer> {
    private static final double GIGA = 1 << 30;

    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        Map<String, Object> facts = facts();
        var out = spec.commandLine().getOut();
        if (json.wanted()) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(facts));
        } else {
            facts.forEach((name, value) -> out.printf("%-18s %s%n", name, value));
        }
        return 0;
    }

    private static Map<String, Object> facts() throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("fovea", Version.fovea());
        facts.put("libtorch", Version.libtorch());
        facts.put("javacpp", Version.javacpp());
        facts.put("java", System.getProperty("java.version") + " " + System.getProperty("java.vendor"));
        facts.put("platform", Loader.getPlatform());
        Cpu cpu = Cpu.here();
        facts.put("cpu", cpu.model());
        facts.put("cpu_capability", torch.get_cpu_capability().getString());
        facts.put("bf16_units", cpu.hasBf16Units() ? cpu.bf16Units() : List.of("none"));
        facts.put("precision", cpu.hasBf16Units() ? "bf16" : "fp32");
        facts.put("mkl", torch.hasMKL() ? "in libtorch" : matrixLibrary());
        facts.put("onednn", torch.hasMKLDNN());
        facts.put("threads", Threads.now());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("memory_gib", gibi(machineMemory()));
        facts.put("heap_limit_gib", gibi(Runtime.getRuntime().maxMemory()));
        File cache = Loader.getCacheDir();
        facts.put("natives", cache.toString());
        facts.put("natives_free_gib", gibi(cache.getUsableSpace()));
        return facts;
    }

    private static String matrixLibrary() {
        return "mkl".equals(System.getProperty("org.bytedeco.openblas.load"))
                ? "loaded in place of OpenBLAS"
                : "no (OpenBLAS)";
    }

    private static long machineMemory() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }

    private static double gibi(long bytes) {
        return Math.round(bytes / GIGA * 10) / 10.0;
    }
}
