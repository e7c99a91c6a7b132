package dev.fovea.teacher;

/** What a recipe can name where targets may come from a frozen teacher or from an average of the student itself. */
public interface TargetSource {}
