package dev.fovea.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/** Key names of BEiT and BEiT v2 (microsoft/unilm): pre-training, fine-tuning and segmentation files. */
public final class BeitNames {
    private static final Pattern OUTSIDE = Pattern.compile(
            "(head|fc_norm|mask_token|lm_head|cls_pt_(layers|norm|lm_head)|decode_head|auxiliary_head)\\b.*");
    private static final Pattern BLOCK = Pattern.compile("(.*\\bblocks\\.\\d+\\.attn\\.).*");
    private static final String TABLE = "relative_position_bias_table";
    private static final String SHARED = "rel_pos_bias." + TABLE;

    private BeitNames() {}

    /** The name here of a reference name; null for the index of relative positions, which follows from the image size. */
    public static String ours(String reference) {
        if (reference.endsWith("relative_position_index")) {
            return null;
        }
        String name = reference.replaceFirst("\\.attn\\.([qv]_bias)$", ".attn.qkv.$1");
        if (OUTSIDE.matcher(name).matches()) {
            return name;
        }
        String below = Names.stripped("backbone.").apply(name);
        return "backbone." + (below.startsWith("fpn") ? "pyramid." + below : below);
    }

    /**
     * A table of relative positions that the blocks of a file share, copied to each of them, where the model has one in
     * each; otherwise the tensors as they are.
     *
     * @param names from the file's names to the model's
     * @param model names of the model's tensors
     */
    public static Map<String, Tensor> withTablesOf(
            Set<String> model, Map<String, Tensor> file, UnaryOperator<String> names) {
        String shared = file.keySet().stream()
                .filter(name -> name.endsWith(SHARED))
                .findFirst()
                .orElse(null);
        if (shared == null) {
            return file;
        }
        Map<String, Tensor> own = new LinkedHashMap<>();
        for (String name : file.keySet()) {
            Matcher block = BLOCK.matcher(name);
            if (block.matches() && model.contains(names.apply(block.group(1) + TABLE))) {
                own.put(block.group(1) + TABLE, file.get(shared));
            }
        }
        if (own.isEmpty() || own.keySet().stream().anyMatch(file::containsKey)) {
            return file;
        }
        Map<String, Tensor> all = new LinkedHashMap<>(file);
        all.remove(shared);
        all.putAll(own);
        return all;
    }
}
