/** Objects in images as data: boxes, polygons, run-length masks; no tensors. Boxes are x, y, width, height in pixels. */
package dev.fovea.data.instance;
