package dev.fovea.parity;

import java.util.Map;

/** Real checkpoint files of the reference implementations. */
final class CheckpointCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of();

    private CheckpointCases() {}
}
