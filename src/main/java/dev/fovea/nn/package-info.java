/**
 * Layers that all models share.
 *
 * <p>Shape legend, used in every Javadoc of this project: B batch, C channels, H and W pixels, P patch side, N tokens,
 * M visible tokens, D width, L pyramid levels, K classes. Masks: 1 (true) = hidden, 0 = visible.
 */
package dev.fovea.nn;
