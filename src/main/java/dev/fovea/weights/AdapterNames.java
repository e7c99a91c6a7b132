package dev.fovea.weights;

/** Key names of a ViT-Adapter backbone (czczup/ViT-Adapter), over a plain vision transformer or BEiT. */
public final class AdapterNames {
    private AdapterNames() {}

    /** The name here of a reference name; null for the index of relative positions, which follows from the windows. */
    public static String ours(String reference) {
        return reference.endsWith("relative_position_index")
                ? null
                : reference
                        .replaceFirst("\\.attn\\.([qv]_bias)$", ".attn.qkv.$1")
                        .replaceFirst("(\\bblocks\\.\\d+\\.gamma)([12])$", "$1_$2");
    }

    /** The same below a head. */
    public static String oursBelowHead(String reference) {
        String ours = ours(reference);
        return ours == null ? null : "backbone." + ours;
    }
}
