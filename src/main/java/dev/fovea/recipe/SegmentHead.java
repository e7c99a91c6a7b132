package dev.fovea.recipe;

/** What turns features into a segmentation; the key {@code type} tells which, UperNet when it is left out. */
public sealed interface SegmentHead permits UperBlock, LinearBlock, SemanticFpnBlock, Mask2FormerBlock {}
