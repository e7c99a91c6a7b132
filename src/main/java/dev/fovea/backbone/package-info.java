/** Networks that turn images into tokens and pyramids, each described by a spec record that builds it. */
package dev.fovea.backbone;
