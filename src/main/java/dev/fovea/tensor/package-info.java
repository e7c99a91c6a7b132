/** The only home of bytedeco marshalling: native start-up, tensor creation, autocast, shapes, devices. */
package dev.fovea.tensor;
