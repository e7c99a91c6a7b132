/**
 * Reading and writing parameter files, and putting them into layers: safetensors, PyTorch files, rename rules for
 * foreign sources (one {@code …Names} class each), position-table resize, and the report of what was loaded.
 */
package dev.fovea.weights;
