package dev.fovea.data.instance;

import dev.fovea.data.FloatImage;
import java.util.List;

/**
 * An image in which objects are looked for, at one or several scales, and what is truly in it.
 *
 * @param scales not yet padded
 * @param entry with the size of the file, in which results are told
 */
public record TestSample(List<FloatImage> scales, ImageEntry entry, List<Instance> truths) {}
