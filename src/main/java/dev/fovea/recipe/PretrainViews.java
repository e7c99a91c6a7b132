package dev.fovea.recipe;

/** What pre-training makes of an image: one view or several; the key {@code type} tells which, one when it is left out. */
public sealed interface PretrainViews permits PretrainAugment, MultiViewAugment {}
