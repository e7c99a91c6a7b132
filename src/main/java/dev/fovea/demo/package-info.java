/** The main job on small data: pre-train without labels, then learn from few labels with and without that. */
package dev.fovea.demo;
