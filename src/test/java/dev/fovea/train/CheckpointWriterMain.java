package dev.fovea.train;

import dev.fovea.data.Position;
import dev.fovea.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes checkpoints of 64 MB to a file until it is killed. */
final class CheckpointWriterMain {
    private CheckpointWriterMain() {}

    public static void main(String[] arguments) {
        var weights = Map.of("w", Tensors.ones(16, 1024, 1024));
        for (long step = 1; ; step++) {
            RunState state = new RunState(step, new Position(0, step), Double.NaN, 0, false);
            new Checkpoint(state, weights, Map.of(), Map.of(), new Provenance("{}", List.of()))
                    .write(Path.of(arguments[0]));
        }
    }
}
