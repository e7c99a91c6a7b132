package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.recipe.Recipe;
import dev.fovea.study.Spread;
import dev.fovea.tensor.Natives;
import dev.fovea.train.RunResult;
import dev.fovea.train.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    /** The same recipe on several draws of its images, one run after the other. */
    static int runDraws(List<Recipe> draws, RecipeOptions options) throws IOException {
        Natives.start();
        Path folder = options.out(draws.get(0));
        Map<String, List<Double>> scores = new LinkedHashMap<>();
        for (int i = 0; i < draws.size(); i++) {
            Path run = folder.resolve("draw-" + i);
            boolean begun = options.resumes() && Files.exists(run.resolve("recipe.yaml"));
            RunResult result = begun ? Runs.resume(run, draws.get(i)) : Runs.start(draws.get(i), run);
            if (!result.finished()) {
                options.print().println(told(run, result));
                options.print().flush();
                return INTERRUPTED;
            }
            result.scores().forEach((name, value) -> scores.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(value));
        }
        options.print().println(options.asJson() ? drawsAsJson(folder, scores) : drawsTold(folder, scores));
        options.print().flush();
        return 0;
    }

    private static String drawsTold(Path folder, Map<String, List<Double>> scores) {
        StringBuilder text = new StringBuilder();
        scores.forEach((name, values) -> text.append(
                "%s %s over %d draws%n".formatted(name, Spread.of(values).text(4), values.size())));
        return text.append("the runs are in ").append(folder).toString();
    }

    private static String drawsAsJson(Path folder, Map<String, List<Double>> scores) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("run", folder.toString());
        ObjectNode all = root.putObject("scores");
        scores.forEach((name, values) -> {
            Spread spread = Spread.of(values);
            ObjectNode one = all.putObject(name).put("mean", spread.mean()).put("deviation", spread.deviation());
            values.forEach(one.putArray("draws")::add);
        });
        return root.toString();
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
