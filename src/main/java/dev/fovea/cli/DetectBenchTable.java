package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.bench.DetectBenchResult;
import dev.fovea.train.log.ProcessMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/** What {@code fovea bench detect} prints: a line for training and one for use, the parts outside the network behind. */
record DetectBenchTable(PrintWriter out, boolean json) {
    void write(DetectBenchResult result) throws IOException {
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
            return;
        }
        line("training step", result.training());
        line("search", result.use());
        out.printf("peak memory %s%n", ProcessMemory.text(result.memory()));
        out.flush();
    }

    private void line(String what, DetectBenchResult.Parts parts) {
        out.printf("%-14s %8.2f s, outside the network %4.1f %%:", what, parts.seconds(), 100 * parts.shareOutside());
        for (Map.Entry<String, Double> part : new TreeMap<>(parts.outside()).entrySet()) {
            out.printf(" %s %.2f s", part.getKey(), part.getValue());
        }
        out.println();
    }
}
