package dev.fovea.data;

import java.util.List;

/** Makes a batch of samples; called on the thread that asked for the batch. */
@FunctionalInterface
public interface Collate<T, B extends Batch> {
    B collate(List<T> samples, List<String> names);
}
