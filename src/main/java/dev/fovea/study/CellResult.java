package dev.fovea.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a finished cell yielded; {@code result.json} in its folder, and a line of {@code cells.jsonl}.
 *
 * @param settings digest of everything that decides the outcome
 * @param cpuSeconds processor time of all threads
 */
record CellResult(
        Cell cell, Map<String, Double> metrics, String settings, double seconds, double cpuSeconds, String commit) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Path file(Path cellFolder) {
        return cellFolder.resolve("result.json");
    }

    /** The result in a cell's folder, empty when the cell is not done. */
    static Optional<CellResult> read(Path cellFolder) {
        Path file = file(cellFolder);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e, e);
        }
    }

    static CellResult parse(String line) throws JsonProcessingException {
        JsonNode root = JSON.readTree(line);
        Map<String, Double> metrics = new LinkedHashMap<>();
        root.get("metrics").properties().forEach(entry -> metrics.put(entry.getKey(), number(entry.getValue())));
        return new CellResult(
                new Cell(
                        root.get("row").asText(),
                        root.get("stage").asText(),
                        root.get("seed").asLong()),
                metrics,
                root.get("settings").asText(),
                root.get("seconds").asDouble(),
                root.get("cpu_seconds").asDouble(),
                root.get("commit").asText());
    }

    private static double number(JsonNode value) {
        return value.isNull() ? Double.NaN : value.asDouble();
    }

    void write(Path cellFolder) {
        AtomicFile.write(file(cellFolder), line() + "\n");
    }

    /** One line of JSON. */
    String line() {
        ObjectNode root = JSON.createObjectNode();
        root.put("row", cell.row()).put("stage", cell.stage()).put("seed", cell.seed());
        ObjectNode values = root.putObject("metrics");
        metrics.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                values.put(name, value);
            } else {
                values.putNull(name);
            }
        });
        root.put("settings", settings);
        root.put("seconds", Math.round(seconds * 10) / 10.0).put("cpu_seconds", Math.round(cpuSeconds * 10) / 10.0);
        root.put("commit", commit);
        return root.toString();
    }
}
