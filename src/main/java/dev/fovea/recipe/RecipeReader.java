package dev.fovea.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads recipes strictly: what is unknown, missing, misspelt or of the wrong type is refused with file, path and rule.
 * Layers, each over the one before: the file named by {@code extends:}, the file, its {@code smoke:} block when asked
 * for, overrides.
 */
public final class RecipeReader {
    private static final String EXTENDS = "extends";
    private static final String SMOKE = "smoke";

    /**
     * What is laid over a recipe.
     *
     * @param smoke makes it run within a minute on two processor cores, to see that it works
     * @param sets overrides {@code a.b=value}, the value being YAML
     */
    public record Overrides(boolean smoke, List<String> sets) {
        public static final Overrides NONE = new Overrides(false, List.of());

        public Overrides {
            sets = List.copyOf(sets);
        }
    }

    private RecipeReader() {}

    public static Recipe read(Path file) {
        return read(file, Overrides.NONE);
    }

    public static Recipe read(Path file, Overrides overrides) {
        ObjectNode tree = Yaml.block(text(file), "recipe " + file);
        JsonNode parent = tree.remove(EXTENDS);
        if (parent != null) {
            tree = Yaml.merged(parent(file, parent.asText()), tree);
        }
        return resolve(tree, "recipe " + file, overrides);
    }

    /** Reads a recipe that extends nothing, such as the resolved one in a run's folder or in a checkpoint. */
    public static Recipe parse(String yaml, String source, Overrides overrides) {
        ObjectNode tree = Yaml.block(yaml, "recipe " + source);
        if (tree.has(EXTENDS)) {
            throw new RecipeException("recipe %s: only a recipe in a file can extend another".formatted(source));
        }
        return resolve(tree, "recipe " + source, overrides);
    }

    /** Reads a recipe that comes with the program, such as {@code /recipes/demo/pretrain.yaml}. */
    public static Recipe resource(String name, Overrides overrides) {
        try (InputStream in = RecipeReader.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new RecipeException("recipe %s: the program has no such resource".formatted(name));
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name, overrides);
        } catch (IOException e) {
            throw new RecipeException("recipe %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static Recipe resolve(ObjectNode tree, String where, Overrides overrides) {
        JsonNode smoke = tree.remove(SMOKE);
        ObjectNode resolved = tree;
        if (overrides.smoke()) {
            if (!(smoke instanceof ObjectNode block)) {
                throw new RecipeException(where + ": it has no smoke block");
            }
            resolved = Yaml.merged(tree, block);
        }
        for (String set : overrides.sets()) {
            Setting.parse(set, where).applyTo(resolved);
        }
        String stage = resolved.path("stage").asText();
        return (Recipe) new RecordBinder(where, stage).bind(resolved, Recipe.class);
    }

    private static ObjectNode parent(Path file, String name) {
        Path parent = file.resolveSibling(name);
        if (!Files.exists(parent)) {
            throw new RecipeException("recipe %s, extends: there is no recipe %s".formatted(file, parent));
        }
        ObjectNode tree = Yaml.block(text(parent), "recipe " + parent);
        if (tree.has(EXTENDS)) {
            throw new RecipeException("recipe %s, extends: %s itself extends %s; one step is allowed"
                    .formatted(file, name, tree.get(EXTENDS).asText()));
        }
        return tree;
    }

    private static String text(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new RecipeException("recipe %s: there is no such file".formatted(file));
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new RecipeException("recipe %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
