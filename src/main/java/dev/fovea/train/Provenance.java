package dev.fovea.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.weights.ModelCard;
import java.util.List;

/**
 * What weights come from: enough to build their model again.
 *
 * @param recipe the resolved recipe as YAML
 * @param classNames in the order of the outputs; empty for models without classes
 */
public record Provenance(String recipe, List<String> classNames) {
    private static final YAMLMapper YAML = new YAMLMapper();

    public Provenance {
        classNames = List.copyOf(classNames);
    }

    public static Provenance of(Recipe recipe, List<String> classNames) {
        return new Provenance(RecipeWriter.write(recipe), classNames);
    }

    /** The card of a model file. */
    ModelCard card(int epochs) {
        JsonNode tree = tree();
        String stage = tree.path("stage").asText();
        return new ModelCard(method(tree, stage), stage, tree, classNames, epochs);
    }

    private JsonNode tree() {
        try {
            return YAML.readTree(recipe);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the recipe is not YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static String method(JsonNode tree, String stage) {
        String block =
                switch (stage) {
                    case "pretrain" -> "objective";
                    case "segment" -> "head";
                    case "detect" -> "detector";
                    default -> "";
                };
        return tree.path(block).path("type").asText(stage);
    }
}
