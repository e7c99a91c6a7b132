/**
 * Tables of results: rows are variants of recipes, columns are stages and evaluations, each cell is run for several seeds
 * and kept, so that a study can be interrupted and goes on where it was.
 */
package dev.fovea.study;
