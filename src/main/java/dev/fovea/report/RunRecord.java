package dev.fovea.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a run folder holds, as far as the run has come.
 *
 * @param recipe the text of recipe.yaml; empty when there is none
 * @param facts the content of run.json
 * @param pictures by name, each from the first step to the last
 */
record RunRecord(
        String name,
        String recipe,
        JsonNode facts,
        List<MetricRow> rows,
        Map<String, List<RunRecord.Picture>> pictures) {
    private static final Pattern PICTURE = Pattern.compile("(.+?)(?:_(\\d+))?\\.png");

    /** One file of the folder pictures/; the caption may be empty. */
    record Picture(String name, long step, Path file, String caption) {}

    static RunRecord read(Path folder) throws IOException {
        Path recipe = folder.resolve("recipe.yaml");
        Path metrics = folder.resolve("metrics.jsonl");
        if (!Files.exists(recipe) && !Files.exists(metrics)) {
            throw new IOException(
                    "%s is no run folder: it has neither recipe.yaml nor metrics.jsonl".formatted(folder));
        }
        Path facts = folder.resolve("run.json");
        ObjectMapper json = new ObjectMapper();
        return new RunRecord(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                Files.exists(recipe) ? Files.readString(recipe) : "",
                Files.exists(facts) ? json.readTree(facts.toFile()) : json.createObjectNode(),
                Files.exists(metrics) ? MetricLog.read(metrics) : List.of(),
                pictures(folder.resolve("pictures")));
    }

    /** Every setting of the recipe by its dotted name. */
    Map<String, String> settings() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", new YAMLMapper().readTree(recipe), settings);
        return settings;
    }

    /** The stage that its recipe names, such as {@code pretrain}; empty when there is none. */
    String stage() throws IOException {
        return recipe.isEmpty() ? "" : settings().getOrDefault("stage", "");
    }

    /** Every fact by its dotted name. */
    Map<String, String> flatFacts() {
        Map<String, String> flat = new LinkedHashMap<>();
        flatten("", facts, flat);
        return flat;
    }

    private static void flatten(String name, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                flatten(name.isEmpty() ? field.getKey() : name + "." + field.getKey(), field.getValue(), into);
            }
        } else if (node.isArray() && node.size() > 0 && node.get(0).isObject()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(name + "[" + i + "]", node.get(i), into);
            }
        } else if (!name.isEmpty()) {
            into.put(name, node.isArray() ? list(node) : node.asText());
        }
    }

    private static String list(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return String.join(", ", texts);
    }

    private static Map<String, List<Picture>> pictures(Path folder) throws IOException {
        Map<String, List<Picture>> pictures = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return pictures;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = PICTURE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    long step = name.group(2) == null ? 0 : Long.parseLong(name.group(2));
                    String stem = file.getFileName().toString().replaceFirst("\\.png$", "");
                    Path caption = folder.resolve(stem + ".txt");
                    String text =
                            Files.exists(caption) ? Files.readString(caption).strip() : "";
                    pictures.computeIfAbsent(name.group(1), key -> new ArrayList<>())
                            .add(new Picture(name.group(1), step, file, text));
                }
            }
        }
        pictures.values().forEach(list -> list.sort((a, b) -> Long.compare(a.step, b.step)));
        return pictures;
    }
}
