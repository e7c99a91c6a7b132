package dev.fovea.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.tensor.Cpu;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Threads;
import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code run.json}: under which circumstances a run was started and resumed. It names neither the machine nor the user.
 */
final class RunFacts {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final Set<String> FLAGS_THAT_MATTER = Set.of(
            "avx2", "fma", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_tile", "bf16", "sve", "asimd");

    /** What decides the last bits, and how a user can hold it. */
    private static final Map<String, String> DECISIVE = Map.of(
            "cpu", "",
            "threads", " (run.threads fixes their number)",
            "precision", " (run.precision fixes it)",
            "samples", " (images were added or taken away)");

    private RunFacts() {}

    /**
     * Adds a start to the file, which is made when it is not there.
     *
     * @return what differs from the first start such that a resumed run cannot end with the same bits
     */
    static List<String> record(Path file, Task<?> task, Plan plan, long step) throws IOException {
        ObjectNode facts = Files.exists(file) ? (ObjectNode) JSON.readTree(file.toFile()) : JSON.createObjectNode();
        facts.put("task", task.name());
        ArrayNode starts = facts.withArray("starts");
        ObjectNode start = start(plan.precision(), step);
        start.put("samples", task.batches().sampleCount());
        starts.add(start);
        AtomicFile.write(file, JSON.writeValueAsBytes(facts));
        return DECISIVE.keySet().stream()
                .sorted()
                .filter(key -> starts.get(0).has(key) && !starts.get(0).get(key).equals(start.get(key)))
                .map(key -> "%s: %s at the start, %s now%s"
                        .formatted(key, starts.get(0).path(key), start.path(key), DECISIVE.get(key)))
                .toList();
    }

    private static ObjectNode start(Precision precision, long step) {
        ObjectNode start = JSON.createObjectNode();
        start.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        start.put("step", step);
        start.put("fovea", Version.version());
        start.put("commit", Version.commit());
        start.put("java", Runtime.version().toString());
        start.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        start.put("cores", Runtime.getRuntime().availableProcessors());
        start.put("threads", Threads.now());
        start.put("precision", precision.name().toLowerCase(Locale.ROOT));
        Cpu cpu = Cpu.here();
        start.put("cpu", cpu.model());
        ArrayNode flags = start.putArray("cpuFlags");
        cpu.flags().stream().filter(FLAGS_THAT_MATTER::contains).sorted().forEach(flags::add);
        return start;
    }
}
