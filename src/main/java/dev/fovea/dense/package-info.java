/** What dense heads share, whatever they predict: convolutions with their norms, the feature pyramid network. */
package dev.fovea.dense;
