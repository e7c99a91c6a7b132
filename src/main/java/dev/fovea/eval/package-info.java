/** Evaluators: each yields named numbers. Scores are fractions in [0, 1]; counts are exact integers. */
package dev.fovea.eval;
