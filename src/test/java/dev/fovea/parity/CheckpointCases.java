package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.weights.Dtype;
import dev.fovea.weights.TorchFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** Real checkpoint files of the reference implementations, against the tensors and values saved in them. */
final class CheckpointCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "beitv2_zip", CheckpointCases::trainingState,
            "beitv2_legacy", CheckpointCases::trainingState,
            "beitv2_fp16_strided", CheckpointCases::viewsAndTypes,
            "beitv2_fp16_strided_legacy", CheckpointCases::viewsAndTypes,
            "beitv2_tokenizer", CheckpointCases::tokenizer);

    private CheckpointCases() {}

    private static TorchFile open(Case given) {
        return TorchFile.read(given.file(given.config().textAt("file")));
    }

    private static Map<String, Tensor> model(Case given, TorchFile file) {
        return file.tensorsAt(given.expected().path("tensor_key").asText());
    }

    private static void trainingState(Case given) {
        TorchFile file = open(given);
        Map<String, Tensor> tensors = new LinkedHashMap<>(model(given, file));
        checkFrame(given, file, tensors);
        file.tensorsAt("optimizer").forEach((name, tensor) -> tensors.put("optimizer." + name, tensor));
        checkTensors(given, tensors);
        given.checkExpected("/scaler", file.map().get("scaler"));
        given.checkExpected("/args", file.map().get("args"));
        Map<?, ?> optimizer = (Map<?, ?>) file.map().get("optimizer");
        given.checkExpected("/optimizer_param_groups", optimizer.get("param_groups"));
    }

    private static void viewsAndTypes(Case given) {
        TorchFile file = open(given);
        Map<String, Tensor> tensors = model(given, file);
        checkFrame(given, file, tensors);
        checkTensors(given, tensors);
        given.checkExpected("/shares_storage", sharing(tensors));
    }

    /** The loader of a tokenizer drops its teacher and loads the rest. */
    private static void tokenizer(Case given) {
        Map<String, Tensor> kept = new LinkedHashMap<>(model(given, open(given)));
        given.checkExpected("/tensor_key", given.expected().path("tensor_key"));
        List<String> dropped = new ArrayList<>();
        for (String name : List.copyOf(kept.keySet())) {
            if (name.matches("(loss|teacher|scaling).*")) {
                dropped.add(name);
                kept.remove(name);
            }
        }
        given.checkExpected("/dropped_keys", dropped);
        checkTensors(given, kept);
        given.takeAsSettings("/config");
    }

    private static void checkFrame(Case given, TorchFile file, Map<String, Tensor> model) {
        given.checkExpected("/tensor_key", given.expected().path("tensor_key"));
        given.checkExpected("/top_level_keys", file.map().keySet());
        given.checkExpected("/epoch", file.map().get("epoch"));
        given.checkExpected("/tensor_order", model.keySet());
    }

    private static void checkTensors(Case given, Map<String, Tensor> tensors) {
        JsonNode dtypes = given.json().path("source_dtypes");
        if (!new TreeSet<>(tensors.keySet())
                .equals(new TreeSet<>(given.outputs().keySet()))) {
            given.fail("the file's tensors are " + tensors.keySet());
        }
        tensors.forEach((name, tensor) -> {
            given.check(name, tensor);
            String wanted = dtypes.path(name).asText();
            if (!Dtype.of(tensor).name().equals(wanted)) {
                given.fail("%s: dtype %s, recorded is %s".formatted(name, Dtype.of(tensor), wanted));
            }
        });
    }

    /** Groups of names whose tensors lie in one storage. */
    private static List<List<String>> sharing(Map<String, Tensor> tensors) {
        List<List<String>> groups = new ArrayList<>();
        for (String name : tensors.keySet()) {
            groups.stream()
                    .filter(group -> tensors.get(group.get(0)).is_alias_of(tensors.get(name)))
                    .findFirst()
                    .ifPresentOrElse(group -> group.add(name), () -> groups.add(new ArrayList<>(List.of(name))));
        }
        groups.removeIf(group -> group.size() == 1);
        return groups;
    }
}
