package dev.fovea.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.fovea.apply.ImagePaths;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.recipe.SegmentRecipe;
import dev.fovea.tensor.Natives;
import dev.fovea.train.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
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
                        + " (8-bit PNG, the value is the class); a detector outlines objects and writes coco_results.json;"
                        + " a panoptic segmentation outlines segments and writes panoptic.json with maps of their ids."
                        + " predictions.json has the numbers.")
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

    @Option(
            names = "--score",
            defaultValue = "0.3",
            description = "Detectors: objects with a lower score are neither drawn nor told of (default 0.3).")
    private double score;

    @Option(
            names = "--annotations",
            paramLabel = "FILE",
            description =
                    "Detectors and panoptic segmentations: a COCO file whose ids of images and categories go into the"
                            + " COCO results.")
    private Path annotations;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw new IllegalArgumentException("--top %d: there must be at least 1".formatted(top));
        }
        ImagePaths images = what.images();
        Files.createDirectories(out);
        requireApart(images);
        Natives.start();
        ArrayNode predictions = predictions(TrainedModel.open(what.run()), images);
        ObjectMapper mapper = new ObjectMapper();
        Path file = out.resolve("predictions.json");
        Files.writeString(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(predictions) + "\n");
        var print = spec.commandLine().getOut();
        if (json.wanted()) {
            print.println(predictions);
        } else {
            predictions.forEach(each -> print.println(told(each)));
            print.println("pictures and predictions.json are in " + out);
        }
        print.flush();
        return 0;
    }

    /** Pictures are named after the images, and would take their places. */
    private void requireApart(ImagePaths images) throws IOException {
        Set<Path> folders = new HashSet<>();
        for (int i = 0; i < images.size(); i++) {
            Path folder = images.file(i).toAbsolutePath().getParent();
            if (folders.add(folder) && Files.isSameFile(folder, out)) {
                throw new IllegalArgumentException("--out %s is where %s is; predictions need a folder of their own"
                        .formatted(out, images.name(i)));
            }
        }
    }

    private ArrayNode predictions(TrainedModel trained, ImagePaths images) throws IOException {
        if (trained.recipe() instanceof DetectRecipe) {
            return new DetectionFiles(out, trained, score).detected(images, annotations);
        }
        if (trained.recipe() instanceof PanopticRecipe) {
            return new SegmentFiles(out, trained).cut(images, annotations);
        }
        PredictionFiles files = new PredictionFiles(out);
        return trained.recipe() instanceof SegmentRecipe
                ? files.segmented(trained, images)
                : files.classified(trained, images, top);
    }

    private static String told(JsonNode prediction) {
        String image = prediction.get("image").asText();
        if (prediction.has("objects")) {
            return "%s: %d objects".formatted(image, prediction.get("objects").size());
        }
        if (prediction.has("segments")) {
            return "%s: %d segments".formatted(image, prediction.get("segments").size());
        }
        JsonNode first = prediction.get("classes").path(0);
        return "%s: %s %.1f %%"
                .formatted(
                        image,
                        first.path("class").asText("nothing"),
                        100 * first.path("share").asDouble());
    }
}
