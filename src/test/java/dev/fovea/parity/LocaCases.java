package dev.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.FlaxFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;

/** google-research/scenic, projects/loca. */
final class LocaCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "checkpoint", LocaCases::checkpoint,
            "vit_loca_forward", given -> new LocaForwardCase(given).check(),
            "losses", given -> new LocaLossCase(given).check(),
            "train_step", given -> new LocaStepCase(given).check(),
            "train_step_position_only", given -> new LocaStepCase(given).check());

    private LocaCases() {}

    /** The same state as one file and with its larger arrays cut into chunks. */
    private static void checkpoint(Case given) {
        List<String> recorded = new ArrayList<>();
        for (JsonNode key : given.config().at("top_level_keys")) {
            recorded.add(key.asText());
        }
        for (var extra : given.json().path("extra_files").properties()) {
            FlaxFile file = FlaxFile.read(given.file(extra.getKey()));
            List<String> keys = new ArrayList<>();
            file.topLevel().forEach(keys::add);
            if (!keys.equals(recorded)) {
                given.fail("%s: top-level keys %s, recorded are %s".formatted(extra.getKey(), keys, recorded));
            }
            Map<String, Tensor> tensors = file.tensors();
            file.numbers().forEach((name, number) -> tensors.put(name, Tensors.of(new long[] {number})));
            given.outputs().keySet().forEach(name -> given.check(name, tensors.get(name)));
            TreeSet<String> beside = new TreeSet<>(tensors.keySet());
            beside.removeAll(given.outputs().keySet());
            beside.removeIf(name -> !name.matches("(params|ema_params)/.*"));
            if (!beside.isEmpty()) {
                given.fail("%s: weights that are not recorded: %s".formatted(extra.getKey(), beside));
            }
        }
    }
}
