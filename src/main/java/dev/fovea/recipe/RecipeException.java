package dev.fovea.recipe;

/** A recipe that cannot be read; the text names file, path, value and rule. */
public final class RecipeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    RecipeException(String text) {
        super(text);
    }

    RecipeException(String text, Throwable cause) {
        super(text, cause);
    }
}
