/**
 * What a run is: the records of a recipe, the one list of methods ({@link dev.fovea.recipe.Methods}), the strict YAML reader and
 * the writer of resolved recipes.
 */
package dev.fovea.recipe;
