package dev.fovea.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.tensor.Natives;
import dev.fovea.train.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fovea predict}: a trained model's answers for images, as pictures and as JSON. */
@Command(
        name = "predict",
        header = "Tell what is in images: pictures and JSON.",
        description =
                "Tell what is in images. A classifier captions them; a segmentation colours them and writes class maps"
                        + " (8-bit PNG, the value is the class). predictions.json has the numbers.")
final class PredictCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Mixin
    private ModelAndImages what;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where pictures and JSON are written.")
    private Path out;

    @Option(names = "--top", defaultValue = "5", description = "Classes told of for each image (default 5).")
    private int top;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        TrainedModel trained = TrainedModel.open(what.run());
        Files.createDirectories(out);
        PredictionFiles files = new PredictionFiles(out);
        ArrayNode predictions = trained.recipe() instanceof SegmentRecipe
                ? files.segmented(trained, what.images())
                : files.classified(trained, what.images(), top);
        ObjectMapper mapper = new ObjectMapper();
        Path file = out.resolve("predictions.json");
        Files.writeString(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(predictions) + "\n");
        var print = spec.commandLine().getOut();
        if (json.wanted()) {
            print.println(predictions);
        } else {
            for (JsonNode each : predictions) {
                JsonNode first = each.get("classes").path(0);
                print.printf(
                        "%s: %s %.1f %%%n",
                        each.get("image").asText(),
                        first.path("class").asText("nothing"),
                        100 * first.path("share").asDouble());
            }
            print.println("pictures and predictions.json are in " + out);
        }
        print.flush();
        return 0;
    }
}
