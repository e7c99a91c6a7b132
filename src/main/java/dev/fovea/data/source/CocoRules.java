package dev.fovea.data.source;

/**
 * What of a COCO file is wanted.
 *
 * @param masks read segmentations; without them an object's region is its box
 * @param learnable leave out what a detector cannot learn from: boxes with a side under one pixel, objects without area,
 *     boxes outside their image (mmdet's CocoDataset); pycocotools counts such objects, so evaluation keeps them
 */
public record CocoRules(boolean masks, boolean learnable) {}
