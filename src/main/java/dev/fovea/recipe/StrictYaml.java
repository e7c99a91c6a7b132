package dev.fovea.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Other YAML files that are read into records by the same strict rules as recipes. */
public final class StrictYaml {
    private StrictYaml() {}

    /** @param what starts every error text, such as {@code study} */
    public static <T extends Record> T read(Path file, Class<T> type, String what) {
        String where = what + " " + file;
        if (!Files.isRegularFile(file)) {
            throw new RecipeException(where + ": there is no such file");
        }
        try {
            return type.cast(new RecordBinder(where).bind(Yaml.block(Files.readString(file), where), type));
        } catch (IOException e) {
            throw new RecipeException("%s cannot be read: %s".formatted(where, e.getMessage()), e);
        }
    }
}
