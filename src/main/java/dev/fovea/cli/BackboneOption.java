package dev.fovea.cli;

import dev.fovea.backbone.BackboneSpec;
import dev.fovea.backbone.Size;
import dev.fovea.dense.adapter.VitAdapterSpec;
import dev.fovea.recipe.Methods;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --backbone} of the commands that train with labels. */
final class BackboneOption {
    private static final String SIZE = "base";

    @Option(
            names = "--backbone",
            paramLabel = "TYPE[:PRESET]",
            completionCandidates = Types.class,
            description =
                    "Another backbone than the recipe's, at its image size: ${COMPLETION-CANDIDATES}; after a colon its"
                            + " presets, such as vit:tiny or convvit:base,det (default: " + SIZE + ").")
    private String backbone;

    /** The names that stand before the colon. */
    static final class Types implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Methods.names(BackboneSpec.class).iterator();
        }
    }

    /** The change of the recipe, at the image size that it has as written; none without the option. */
    List<String> settings(RecipeOptions recipe) {
        return backbone == null
                ? List.of()
                : List.of(setting(backbone, recipe.asWritten().backbone().imageSize()));
    }

    static String setting(String text, Size imageSize) {
        String[] parts = text.split(":", 2);
        String type = parts[0], presets = parts.length == 1 || parts[1].isBlank() ? SIZE : parts[1];
        List<String> known = Methods.names(BackboneSpec.class);
        if (!known.contains(type)) {
            throw new IllegalArgumentException("--backbone %s: '%s' is none of %s, each with presets after a colon"
                    .formatted(text, type, String.join(", ", known)));
        }
        String size = "imageSize: " + imageSize;
        boolean adapter = type.equals(Methods.nameOf(VitAdapterSpec.class));
        return "backbone={type: %s, preset: [%s], %s}"
                .formatted(type, presets, adapter ? "vit: {%s}".formatted(size) : size);
    }
}
