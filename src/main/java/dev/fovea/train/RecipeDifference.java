package dev.fovea.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What differs between two resolved recipes, key by key, of all that decides how a run ends. */
final class RecipeDifference {
    /** How a run is carried out, whatever it computes. */
    private static final Set<String> FREE =
            Set.of("data.maxBadShare", "data.cacheBytes", "run.loaderThreads", "run.checkpointEvery");

    private static final YAMLMapper YAML = new YAMLMapper();

    private RecipeDifference() {}

    /** Lines such as {@code vit.depth: 12 in the run, 8 now}; empty when both say the same. */
    static List<String> of(String ofRun, String now) {
        Map<String, String> before = leaves(ofRun);
        Map<String, String> after = leaves(now);
        TreeSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        List<String> lines = new ArrayList<>();
        for (String key : keys) {
            String was = before.getOrDefault(key, "nothing");
            String is = after.getOrDefault(key, "nothing");
            if (!was.equals(is) && !FREE.contains(key)) {
                lines.add("%s: %s in the run, %s now".formatted(key, was, is));
            }
        }
        return lines;
    }

    private static Map<String, String> leaves(String yaml) {
        Map<String, String> leaves = new LinkedHashMap<>();
        try {
            collect("", YAML.readTree(yaml), leaves);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the recipe is not YAML: " + e.getOriginalMessage(), e);
        }
        return leaves;
    }

    private static void collect(String path, JsonNode node, Map<String, String> leaves) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), leaves));
        } else {
            leaves.put(path, node.toString());
        }
    }
}
