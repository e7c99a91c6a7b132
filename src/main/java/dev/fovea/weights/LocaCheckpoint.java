package dev.fovea.weights;

import dev.fovea.tensor.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * One network out of a LOCA checkpoint. The released files carry older names than the code that is public: the names of whole
 * groups are known, those inside two of them are not, and there the shapes decide.
 */
public final class LocaCheckpoint {
    /** Which of the two networks. */
    public enum Network {
        STUDENT("params", "student_weights"),
        TEACHER("ema_params", "teacher_weights");

        private final List<String> roots;

        Network(String... roots) {
            this.roots = List.of(roots);
        }
    }

    private static final Map<String, String> OLDER = Map.of(
            "final_encoder_norm", "encoder_norm",
            "localizer_block_0", "cross_attention_block",
            "pos_predictor", "position_predictor",
            "output_projection", "projection_head_for_clustering_prediction");

    private LocaCheckpoint() {}

    /** The same for a model's state under the names used here; heads and grid are those of the checkpoint. */
    public static Map<String, Tensor> networkFor(
            Map<String, Tensor> tensors, Network which, Map<String, Tensor> state) {
        Map<String, Tensor> own = below(tensors, which);
        Tensor query = own.get("encoderblock_0/MultiHeadDotProductAttention_0/query/kernel");
        Map<String, long[]> wanted = new LinkedHashMap<>();
        if (query != null && state.containsKey("location.norm.weight")) {
            LocaNames.theirs(heads(state), query.size(1), 1).forEach((name, x) -> wanted.put(name, Shapes.of(x)));
        }
        return network(tensors, which, wanted);
    }

    /** Only the groups that have older names differ inside. */
    private static Map<String, Tensor> heads(Map<String, Tensor> state) {
        Map<String, Tensor> heads = new LinkedHashMap<>();
        state.forEach((name, x) -> {
            if (name.matches("(backbone\\.norm|location|projection)\\..*")) {
                heads.put(name, x);
            }
        });
        return heads;
    }

    /**
     * A network's tensors under LOCA's current names.
     *
     * @param tensors of the whole file, or of one network
     * @param wanted shapes of what a model needs, under LOCA's current names
     * @throws IllegalArgumentException when the file holds no such network, or when the shapes inside an older group leave a
     *     choice; the text lists the candidates
     */
    public static Map<String, Tensor> network(Map<String, Tensor> tensors, Network which, Map<String, long[]> wanted) {
        Map<String, Tensor> current = new LinkedHashMap<>();
        Map<String, Map<String, Tensor>> older = new LinkedHashMap<>();
        below(tensors, which).forEach((name, x) -> {
            String group = name.substring(0, Math.max(0, name.indexOf('/')));
            if (OLDER.containsKey(group)) {
                older.computeIfAbsent(group, key -> new LinkedHashMap<>()).put(name.substring(group.length() + 1), x);
            } else {
                current.put(name, x);
            }
        });
        older.forEach((group, members) -> current.putAll(new Group(group, members, wanted).resolved()));
        return current;
    }

    private static Map<String, Tensor> below(Map<String, Tensor> tensors, Network which) {
        for (String root : which.roots) {
            Map<String, Tensor> network = new LinkedHashMap<>();
            tensors.forEach((name, x) -> {
                if (name.startsWith(root + "/")) {
                    network.put(name.substring(root.length() + 1), x);
                }
            });
            if (!network.isEmpty()) {
                return network;
            }
        }
        boolean alone = tensors.keySet().stream().anyMatch(name -> name.startsWith("ToTokenSequence_0/"));
        if (!alone || which == Network.TEACHER) {
            throw new IllegalArgumentException("the checkpoint holds no %s network: nothing lies below any of %s"
                    .formatted(which.name().toLowerCase(java.util.Locale.ROOT), which.roots));
        }
        return tensors;
    }

    /** A group under its older name, whose members go by name first and by shape where no name fits. */
    private record Group(String older, Map<String, Tensor> members, Map<String, long[]> wanted) {
        Map<String, Tensor> resolved() {
            String current = OLDER.get(older) + "/";
            Map<String, long[]> places = new TreeMap<>();
            wanted.forEach((name, shape) -> {
                if (name.startsWith(current)) {
                    places.put(name.substring(current.length()), shape);
                }
            });
            Map<String, Tensor> placed = new LinkedHashMap<>();
            Map<String, Tensor> unnamed = new LinkedHashMap<>();
            members.forEach((name, x) -> {
                // a model that does without the whole group leaves nothing to choose
                boolean named = places.isEmpty() || places.remove(name) != null;
                (named ? placed : unnamed).put(name, x);
            });
            unnamed.forEach((name, x) -> placed.put(onlyFit(name, x, places, unnamed), x));
            Map<String, Tensor> resolved = new LinkedHashMap<>();
            placed.forEach((name, x) -> resolved.put(current + name, x));
            return resolved;
        }

        private String onlyFit(String name, Tensor x, Map<String, long[]> places, Map<String, Tensor> unnamed) {
            List<String> fits = new ArrayList<>();
            places.forEach((place, shape) -> {
                if (Arrays.equals(shape, Shapes.of(x))) {
                    fits.add(place);
                }
            });
            List<String> rivals = unnamed.entrySet().stream()
                    .filter(other -> Shapes.same(other.getValue(), x))
                    .map(Map.Entry::getKey)
                    .toList();
            if (fits.size() == 1 && rivals.size() == 1) {
                return fits.get(0);
            }
            throw new IllegalArgumentException(
                    "older LOCA names: %s/%s of shape %s could be any of %s in %s; of that shape are %s"
                            .formatted(older, name, Shapes.text(x), fits, OLDER.get(older), rivals));
        }
    }
}
