package dev.fovea.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file written by fovea is; kept in the metadata of its safetensors header.
 *
 * @param method the method's name, such as {@code mae}
 * @param stage what the tensors can do: {@code pretrain}, {@code classify}, {@code segment}
 * @param configuration all that is needed to build the model again
 * @param classNames in the order of the outputs; empty for models without classes
 * @param epochs trained so far
 */
public record ModelCard(String method, String stage, JsonNode configuration, List<String> classNames, int epochs) {
    private static final String VERSION = "fovea.version";
    private static final String METHOD = "fovea.method";
    private static final String STAGE = "fovea.stage";
    private static final String CONFIGURATION = "fovea.configuration";
    private static final String CLASSES = "fovea.classes";
    private static final String EPOCHS = "fovea.epochs";
    private static final String CURRENT = "1";
    private static final ObjectMapper JSON = new ObjectMapper();

    public ModelCard {
        classNames = List.copyOf(classNames);
        if (method.isBlank() || stage.isBlank() || configuration == null || epochs < 0) {
            throw new IllegalArgumentException(
                    "a model card needs a method, a stage, a configuration and epochs >= 0, not"
                            + " '%s', '%s', %s, %d".formatted(method, stage, configuration, epochs));
        }
    }

    /** Whether the metadata of a file holds a card. */
    public static boolean isIn(Map<String, String> metadata) {
        return metadata.containsKey(VERSION);
    }

    Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt"); // other readers of safetensors files ask for it
        metadata.put(VERSION, CURRENT);
        metadata.put(METHOD, method);
        metadata.put(STAGE, stage);
        metadata.put(EPOCHS, Integer.toString(epochs));
        try {
            metadata.put(CONFIGURATION, JSON.writeValueAsString(configuration));
            metadata.put(CLASSES, JSON.writeValueAsString(classNames));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the configuration cannot be written as JSON", e);
        }
        return metadata;
    }

    static ModelCard fromMetadata(Path file, Map<String, String> metadata) {
        if (!isIn(metadata)) {
            throw new WeightFileException(file, "not written by fovea: its metadata has no %s", VERSION);
        }
        if (!CURRENT.equals(metadata.get(VERSION))) {
            throw new WeightFileException(
                    file, "%s is %s; this fovea reads %s", VERSION, metadata.get(VERSION), CURRENT);
        }
        for (String key : List.of(METHOD, STAGE, CONFIGURATION, CLASSES, EPOCHS)) {
            if (!metadata.containsKey(key)) {
                throw new WeightFileException(file, "its metadata has no %s", key);
            }
        }
        try {
            return new ModelCard(
                    metadata.get(METHOD),
                    metadata.get(STAGE),
                    JSON.readTree(metadata.get(CONFIGURATION)),
                    JSON.readValue(metadata.get(CLASSES), new TypeReference<List<String>>() {}),
                    Integer.parseInt(metadata.get(EPOCHS)));
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new WeightFileException(file, "damaged metadata: %s", e.getMessage());
        }
    }
}
