/** Image classification on any backbone: the model and its losses. */
package dev.fovea.classify;
