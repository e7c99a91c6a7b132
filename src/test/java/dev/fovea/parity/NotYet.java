package dev.fovea.parity;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one list of recorded cases that this project does not compute yet, and what is missing for each. */
final class NotYet {
    private static final Map<String, String> PARTS = new LinkedHashMap<>();

    // Take a case out when its runner comes: a case that stands here and has a runner fails.
    static {
    }

    private NotYet() {}

    private static void put(String system, String part, String cases) {
        for (String name : cases.split("\\s+")) {
            PARTS.put(system + "/" + name, part);
        }
    }

    /** The missing part, or {@code null} when the case must run. */
    static String partFor(String id) {
        return PARTS.get(id);
    }
}
