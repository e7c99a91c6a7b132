package dev.fovea.parity;

import java.util.Map;

/** All systems and their tables of case name to runner. */
final class Runners {
    private static final Map<String, Map<String, CaseRunner>> SYSTEMS = Map.ofEntries(
            Map.entry("checkpoints", CheckpointCases.RUNNERS),
            Map.entry("convmae", ConvmaeCases.RUNNERS),
            Map.entry("mae", MaeCases.RUNNERS),
            Map.entry("transforms", TransformsCases.RUNNERS));

    private Runners() {}

    /** The runner of {@code system/case}, or {@code null}. */
    static CaseRunner of(String id) {
        int slash = id.indexOf('/');
        return SYSTEMS.getOrDefault(id.substring(0, slash), Map.of()).get(id.substring(slash + 1));
    }
}
