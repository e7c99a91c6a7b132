package dev.fovea.parity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A recorded case with other settings or tensors, for what no case was recorded of. */
final class CaseVariant {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String id;
    private final ObjectNode json;
    private final Map<String, Map<String, Tensor>> files = new LinkedHashMap<>();

    /** @param id of the recorded case, {@code system/case} */
    CaseVariant(String id) {
        this.id = id;
        Path recorded = Path.of("src/test/resources/parity").resolve(id);
        try {
            json = (ObjectNode) JSON.readTree(recorded.resolve("case.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String file : new String[] {"inputs", "weights", "outputs"}) {
            files.put(file, Safetensors.read(recorded.resolve(file + ".safetensors")));
        }
    }

    ObjectNode config() {
        return (ObjectNode) json.get("config");
    }

    Map<String, Tensor> inputs() {
        return files.get("inputs");
    }

    Map<String, Tensor> weights() {
        return files.get("weights");
    }

    Map<String, Tensor> outputs() {
        return files.get("outputs");
    }

    /** Written below {@code root}, and opened. */
    Case in(Path root) {
        try {
            Path folder = Files.createDirectories(root.resolve(id));
            JSON.writeValue(folder.resolve("case.json").toFile(), json);
            files.forEach((name, tensors) -> Safetensors.write(folder.resolve(name + ".safetensors"), tensors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Case(root, id);
    }
}
