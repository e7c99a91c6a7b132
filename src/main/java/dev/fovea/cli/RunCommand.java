package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.recipe.Recipe;
import dev.fovea.tensor.Natives;
import dev.fovea.train.RunResult;
import dev.fovea.train.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Starts or resumes a run and tells how it ended; shared by the commands that train. */
final class RunCommand {
    /** What the shell reports of a process that Ctrl-C ended. */
    static final int INTERRUPTED = 130;

    private RunCommand() {}

    static int run(Recipe recipe, RecipeOptions options) throws IOException {
        Natives.start();
        Path folder = options.out(recipe);
        RunResult result = options.resumes() ? Runs.resume(folder, recipe) : Runs.start(recipe, folder);
        options.print().println(options.asJson() ? asJson(folder, result) : told(folder, result));
        options.print().flush();
        return result.finished() ? 0 : INTERRUPTED;
    }

    private static String told(Path folder, RunResult result) {
        StringBuilder text = new StringBuilder();
        text.append(result.finished() ? "finished" : "stopped")
                .append(" after step %d".formatted(result.state().step()));
        result.scores().forEach((name, value) -> text.append(String.format(Locale.ROOT, ", %s %.4f", name, value)));
        return text.append("; the run is in ").append(folder).toString();
    }

    private static String asJson(Path folder, RunResult result) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("run", folder.toString())
                .put("finished", result.finished())
                .put("step", result.state().step());
        if (Double.isFinite(result.lastLoss())) {
            root.put("loss", result.lastLoss());
        }
        ObjectNode scores = root.putObject("scores");
        result.scores().forEach(scores::put);
        return root.toString();
    }
}
