package dev.fovea.weights;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A model as fovea writes it: a safetensors file whose metadata says what it is. */
public record ModelFile(ModelCard card, Map<String, Tensor> tensors) {
    public static ModelFile read(Path file) {
        ModelCard card = card(file);
        return new ModelFile(card, Safetensors.read(file));
    }

    /** What the file is, without reading its tensors; fails for files that fovea did not write. */
    public static ModelCard card(Path file) {
        return ModelCard.fromMetadata(file, Safetensors.metadata(file));
    }

    /** Writes the file whole or not at all. */
    public void write(Path file) {
        Safetensors.write(file, tensors, card.toMetadata());
    }
}
