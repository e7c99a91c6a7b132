package dev.fovea.weights;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * Key names and layouts of LOCA's Flax checkpoints (google-research/scenic projects/loca vit.py) and those here, both ways. Flax
 * keeps query, key and value apart and heads as a dimension, and its kernels are {@code [in, out]}.
 */
public final class LocaNames {
    private static final String POSITIONS = "ToTokenSequence_0/posembed_input";
    private static final String OUR_POSITIONS = "backbone.pos_embed";
    private static final Pattern NUMBER = Pattern.compile("(?<=encoderblock_|\\.blocks\\.|Dense_|\\.layers\\.)\\d+");
    private static final String ANY = "#";
    private static final String ATTENTION = "/MultiHeadDotProductAttention_0/";

    /** A layer's names; of several layers that are one here, {@code part} of {@code parts}. */
    private record Pair(String theirs, String ours, FlaxLayout layout, int part, int parts) {}

    private static final List<Pair> PAIRS = new ArrayList<>();

    static {
        pair("ToTokenSequence_0/embedding", "backbone.patch_embed.proj", FlaxLayout.CONVOLUTION);
        String block = "encoderblock_#", own = "backbone.blocks.#";
        pair(block + "/LayerNorm_0", own + ".norm1", FlaxLayout.NORM);
        pair(block + "/LayerNorm_1", own + ".norm2", FlaxLayout.NORM);
        PAIRS.add(new Pair(block + ATTENTION + "query", own + ".attn.qkv", FlaxLayout.HEADS_LAST, 0, 3));
        PAIRS.add(new Pair(block + ATTENTION + "key", own + ".attn.qkv", FlaxLayout.HEADS_LAST, 1, 3));
        PAIRS.add(new Pair(block + ATTENTION + "value", own + ".attn.qkv", FlaxLayout.HEADS_LAST, 2, 3));
        mixed(block, own);
        pair("encoder_norm", "backbone.norm", FlaxLayout.NORM);
        String cross = "cross_attention_block", ownCross = "location.block";
        pair(cross + "/LayerNorm_0", ownCross + ".norm1", FlaxLayout.NORM);
        pair(cross + "/LayerNorm_1", ownCross + ".norm_kv", FlaxLayout.NORM);
        pair(cross + "/LayerNorm_2", ownCross + ".norm2", FlaxLayout.NORM);
        pair(cross + ATTENTION + "query", ownCross + ".attn.q", FlaxLayout.HEADS_LAST);
        PAIRS.add(new Pair(cross + ATTENTION + "key", ownCross + ".attn.kv", FlaxLayout.HEADS_LAST, 0, 2));
        PAIRS.add(new Pair(cross + ATTENTION + "value", ownCross + ".attn.kv", FlaxLayout.HEADS_LAST, 1, 2));
        mixed(cross, ownCross);
        pair("final_norm", "location.norm", FlaxLayout.NORM);
        pair("position_predictor", "location.predictor", FlaxLayout.DENSE);
        String head = "projection_head_for_clustering_prediction";
        pair(head + "/Dense_#", "projection.layers.#", FlaxLayout.DENSE);
        pair(head + "/prototypes", "projection.prototypes", FlaxLayout.DENSE);
    }

    private LocaNames() {}

    private static void pair(String theirs, String ours, FlaxLayout layout) {
        PAIRS.add(new Pair(theirs, ours, layout, 0, 1));
    }

    /** What follows the attention's own query, key and value. */
    private static void mixed(String theirs, String ours) {
        pair(theirs + ATTENTION + "out", ours + ".attn.proj", FlaxLayout.HEADS_FIRST);
        pair(theirs + "/MlpBlock_0/Dense_0", ours + ".mlp.fc1", FlaxLayout.DENSE);
        pair(theirs + "/MlpBlock_0/Dense_1", ours + ".mlp.fc2", FlaxLayout.DENSE);
    }

    /** Whether tensors carry these names, at any depth. */
    public static boolean areIn(Map<String, Tensor> tensors) {
        return tensors.keySet().stream().anyMatch(name -> name.endsWith(POSITIONS));
    }

    /** Rows and columns of the position grid. */
    public static long[] grid(Map<String, Tensor> network) {
        Tensor positions = network.get(POSITIONS);
        return new long[] {positions.size(1), positions.size(2)};
    }

    /** One network's tensors under the names and in the layouts used here; names that are none of LOCA's stay. */
    public static Map<String, Tensor> ours(Map<String, Tensor> network) {
        Map<String, Tensor> ours = new LinkedHashMap<>();
        Map<String, Tensor[]> joined = new LinkedHashMap<>();
        network.forEach((name, x) -> {
            Found found = find(name, '/', Pair::theirs);
            if (name.equals(POSITIONS)) {
                ours.put(OUR_POSITIONS, x.flatten(1, 2));
            } else if (found == null) {
                ours.put(name, x);
            } else {
                Pair pair = found.pair();
                String own = found.numbered(pair.ours()) + (found.leaf().equals("bias") ? ".bias" : ".weight");
                Tensor mine = pair.layout().ours(x, found.leaf());
                if (pair.parts() == 1) {
                    ours.put(own, mine);
                } else {
                    joined.computeIfAbsent(own, key -> new Tensor[pair.parts()])[pair.part()] = mine;
                }
            }
        });
        joined.forEach((name, parts) -> ours.put(name, whole(name, parts)));
        return ours;
    }

    private static Tensor whole(String name, Tensor[] parts) {
        for (Tensor part : parts) {
            if (part == null) {
                throw new IllegalArgumentException("%s is made of %d tensors of a LOCA checkpoint, and one is missing"
                        .formatted(name, parts.length));
            }
        }
        return Tensors.cat(0, parts);
    }

    /**
     * The inverse of {@link #ours}; names that LOCA does not have are left out.
     *
     * @param heads of the attention
     * @param rows of the position grid
     */
    public static Map<String, Tensor> theirs(Map<String, Tensor> ours, long heads, long rows) {
        Map<String, Tensor> network = new LinkedHashMap<>();
        ours.forEach((name, x) -> {
            if (name.equals(OUR_POSITIONS)) {
                network.put(POSITIONS, x.reshape(1, rows, x.size(1) / rows, x.size(2)));
                return;
            }
            for (Pair pair : PAIRS) {
                Found found = match(pair, name, '.', pair.ours());
                if (found != null) {
                    long length = x.size(0) / pair.parts();
                    Tensor part = x.narrow(0, pair.part() * length, length);
                    String leaf = pair.layout().leaf(found.leaf());
                    network.put(
                            found.numbered(pair.theirs()) + "/" + leaf,
                            pair.layout().theirs(part, leaf, heads));
                }
            }
        });
        return network;
    }

    /** A name taken apart: its layer's pair, the number in it, and the last part. */
    private record Found(Pair pair, String number, String leaf) {
        String numbered(String layer) {
            return number == null ? layer : layer.replace(ANY, number);
        }
    }

    private interface Side {
        String of(Pair pair);
    }

    private static Found find(String name, char separator, Side side) {
        for (Pair pair : PAIRS) {
            Found found = match(pair, name, separator, side.of(pair));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The number of a block or of a layer; a pair has at most one. */
    private static Found match(Pair pair, String name, char separator, String layer) {
        int last = name.lastIndexOf(separator);
        if (last < 0) {
            return null;
        }
        String own = name.substring(0, last), leaf = name.substring(last + 1);
        if (!layer.contains(ANY)) {
            return own.equals(layer) ? new Found(pair, null, leaf) : null;
        }
        Matcher number = NUMBER.matcher(own);
        return number.find() && own.equals(layer.replace(ANY, number.group()))
                ? new Found(pair, number.group(), leaf)
                : null;
    }
}
