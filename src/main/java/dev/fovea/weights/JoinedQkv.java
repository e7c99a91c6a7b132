package dev.fovea.weights;

import dev.fovea.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Queries, keys and values that a file keeps apart, {@code attn.q}, {@code attn.k}, {@code attn.v}, as one {@code attn.qkv}. */
public final class JoinedQkv {
    private static final String QUERY = ".attn.q.";

    private JoinedQkv() {}

    /** The tensors under these names, joined where all three are there. */
    public static Map<String, Tensor> of(Map<String, Tensor> tensors) {
        Map<String, Tensor> joined = new LinkedHashMap<>(tensors);
        for (String query : tensors.keySet()) {
            List<String> parts = List.of(query, query.replace(QUERY, ".attn.k."), query.replace(QUERY, ".attn.v."));
            if (query.contains(QUERY) && joined.keySet().containsAll(parts)) {
                List<Tensor> values = parts.stream().map(joined::remove).toList();
                joined.put(query.replace(QUERY, ".attn.qkv."), Tensors.cat(0, values));
            }
        }
        return joined;
    }
}
