package dev.fovea.parity;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one list of recorded cases that this project does not compute yet, and what is missing for each. */
final class NotYet {
    private static final Map<String, String> PARTS = new LinkedHashMap<>();

    static {
        // A key that ends in * stands for all cases that start so. Take a case out when its runner comes.
        PARTS.put("mae/*", "MAE");
        PARTS.put("convmae/*", "ConvMAE");
        PARTS.put("heads/*", "detectors, Mask2Former, semantic FPN");
        PARTS.put("metrics/*", "COCO metrics");
        PARTS.put("itpn/*", "iTPN");
        PARTS.put("beitv2/*", "BEiT v2");
        PARTS.put("loca/*", "LOCA");
        PARTS.put("vitadapter/*", "ViT-Adapter");
    }

    private NotYet() {}

    /** The missing part, or {@code null} when the case must run. */
    static String partFor(String id) {
        return partFor(id, PARTS);
    }

    static String partFor(String id, Map<String, String> parts) {
        for (Map.Entry<String, String> part : parts.entrySet()) {
            String key = part.getKey();
            boolean all = key.endsWith("*");
            if (all ? id.startsWith(key.substring(0, key.length() - 1)) : id.equals(key)) {
                return part.getValue();
            }
        }
        return null;
    }
}
