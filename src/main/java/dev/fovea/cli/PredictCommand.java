package dev.fovea.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.fovea.apply.ImagePaths;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.tensor.Natives;
import dev.fovea.train.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    @Parameters(index = "0", paramLabel = "RUN", description = "The folder of a run, a checkpoint or a model file.")
    private Path run;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "IMAGES",
            description = "Image files and folders of images.")
    private List<Path> images;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where pictures and JSON are written.")
    private Path out;

    @Option(names = "--top", defaultValue = "5", description = "Classes told of for each image (default 5).")
    private int top;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Natives.start();
        TrainedModel trained = TrainedModel.open(run);
        Files.createDirectories(out);
        PredictionFiles files = new PredictionFiles(out);
        ImagePaths source = new ImagePaths(images);
        ArrayNode predictions = trained.recipe() instanceof SegmentRecipe
                ? files.segmented(trained, source)
                : files.classified(trained, source, top);
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
