package dev.fovea.nn;

import java.util.List;

/** Numbered children; it has no forward of its own. */
final class LayerList extends Layer {
    LayerList(List<? extends Layer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            child(Integer.toString(i), layers.get(i));
        }
    }
}
