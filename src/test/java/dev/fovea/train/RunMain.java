package dev.fovea.train;

import dev.fovea.recipe.RecipeReader;
import dev.fovea.tensor.Natives;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;

/** A run in a process of its own, for tests that end processes: {@code start RECIPE FOLDER} or {@code resume FOLDER}. */
final class RunMain {
    private RunMain() {}

    public static void main(String[] arguments) {
        Natives.start();
        torch.set_num_threads(1);
        try {
            RunResult result = arguments[0].equals("start")
                    ? Runs.start(RecipeReader.read(Path.of(arguments[1])), Path.of(arguments[2]))
                    : Runs.resume(Path.of(arguments[1]));
            System.exit(result.finished() ? 0 : 130);
        } catch (IOException | RuntimeException e) {
            System.err.println("failed: " + e.getMessage());
            System.exit(1);
        }
    }
}
