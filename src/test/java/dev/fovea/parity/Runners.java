package dev.fovea.parity;

import java.util.Map;

/** All systems and their tables of case name to runner. */
final class Runners {
    private static final Map<String, Map<String, CaseRunner>> SYSTEMS =
            Map.of("checkpoints", CheckpointCases.RUNNERS, "mae", MaeCases.RUNNERS, "convmae", ConvmaeCases.RUNNERS);

    private Runners() {}

    /** The runner of {@code system/case}, or {@code null}. */
    static CaseRunner of(String id) {
        int slash = id.indexOf('/');
        return SYSTEMS.getOrDefault(id.substring(0, slash), Map.of()).get(id.substring(slash + 1));
    }
}
