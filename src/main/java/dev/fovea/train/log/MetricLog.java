package dev.fovea.train.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * {@code metrics.jsonl}: one JSON object a line, {@code {"step":10,"epoch":0.5,"stage":"train","loss":0.42}}. Each line is
 * flushed at once. JSON has no word for values that are not finite: they are the strings "NaN", "Infinity" and "-Infinity".
 */
public final class MetricLog implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedWriter out;

    private MetricLog(BufferedWriter out) {
        this.out = out;
    }

    /** Starts an empty log; a file that is already there is emptied. */
    public static MetricLog create(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return new MetricLog(Files.newBufferedWriter(file));
    }

    /**
     * Goes on with a log from a checkpoint: rows that were written after it, and a last line cut short by a crash, are
     * taken out, so that the file ends up as if the run had never stopped.
     *
     * @param before whether a row was written before the checkpoint
     */
    public static MetricLog resume(Path file, Predicate<MetricRow> before) throws IOException {
        if (!Files.exists(file)) {
            return create(file);
        }
        List<String> kept = new ArrayList<>();
        String text = Files.readString(file);
        int end = text.lastIndexOf('\n');
        List<String> lines = text.substring(0, end + 1).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (before.test(row(lines.get(i), file, i + 1))) {
                kept.add(lines.get(i));
            }
        }
        Path rewritten = file.resolveSibling(file.getFileName() + ".part");
        Files.write(rewritten, kept, StandardCharsets.UTF_8);
        Files.move(rewritten, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new MetricLog(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    }

    public void write(MetricRow row) throws IOException {
        out.write(line(row));
        out.write('\n');
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** All rows of a log, whether its run is over, broken off or still going on. */
    public static List<MetricRow> read(Path file) throws IOException {
        String text = Files.readString(file);
        int end = text.lastIndexOf('\n');
        List<String> lines = text.substring(0, end + 1).lines().toList();
        List<MetricRow> rows = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            rows.add(row(lines.get(i), file, i + 1));
        }
        return rows;
    }

    private static String line(MetricRow row) throws JsonProcessingException {
        ObjectNode node = JSON.createObjectNode();
        node.put("step", row.step());
        put(node, "epoch", row.epoch());
        node.put("stage", row.stage());
        row.values().forEach((name, value) -> put(node, name, value));
        return JSON.writeValueAsString(node);
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.put(name, Double.toString(value));
        }
    }

    private static MetricRow row(String line, Path file, int number) throws IOException {
        String place = "%s line %d".formatted(file, number);
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException("%s is not JSON: %s".formatted(place, e.getOriginalMessage()), e);
        }
        for (String name : List.of("step", "epoch", "stage")) {
            if (!node.has(name)) {
                throw new IOException("%s has no '%s'".formatted(place, name));
            }
        }
        Map<String, Double> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!List.of("step", "epoch", "stage").contains(field.getKey())) {
                values.put(field.getKey(), number(field.getValue(), field.getKey(), place));
            }
        }
        return new MetricRow(
                node.get("step").asLong(),
                number(node.get("epoch"), "epoch", place),
                node.get("stage").asText(),
                values);
    }

    private static double number(JsonNode node, String name, String place) throws IOException {
        if (node.isNumber()) {
            return node.doubleValue();
        }
        return switch (node.asText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new IOException("%s: %s %s is not a number".formatted(place, name, node));
        };
    }
}
