package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.ObjectDetector;
import dev.fovea.eval.coco.CocoResults;
import dev.fovea.eval.coco.Detection;
import dev.fovea.report.ObjectPicture;
import dev.fovea.report.Pixels;
import dev.fovea.train.TrainedModel;
import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Found objects in a folder: drawn images, {@code coco_results.json}, and what they say as JSON. */
final class DetectionFiles {
    private final Path folder;
    private final PredictionFiles pictures;
    private final ObjectDetector detector;
    private final double leastScore;

    /** @param leastScore objects with a lower score are neither drawn nor told of; the COCO results have all */
    DetectionFiles(Path folder, TrainedModel trained, double leastScore) {
        this.folder = folder;
        pictures = new PredictionFiles(folder);
        detector = new ObjectDetector(trained);
        this.leastScore = leastScore;
    }

    /** @param annotations a COCO file with the images' ids, or null */
    ArrayNode detected(ImagePaths images, Path annotations) throws IOException {
        List<String> names = detector.classNames();
        ImageIds ids = ImageIds.of(images, names, annotations);
        CocoResults results = new CocoResults(ids.categories());
        ObjectPicture drawing = new ObjectPicture(names, leastScore);
        ArrayNode predictions = new ObjectMapper().createArrayNode();
        images.each((i, image) -> {
            List<Detection> found = detector.detect(image);
            results.add(ids.images().get(i), found);
            ObjectNode node = predictions
                    .addObject()
                    .put("image", images.name(i))
                    .put("image_id", ids.images().get(i));
            tell(node.putArray("objects"), drawing.shown(found), names);
            Path picture = pictures.write(images.file(i), "_objects", drawing.draw(Pixels.of(image), found));
            node.put("picture", picture.toString());
        });
        AtomicFile.write(folder.resolve("coco_results.json"), results.bytes());
        return predictions;
    }

    private static void tell(ArrayNode objects, List<Detection> found, List<String> names) {
        for (Detection each : found) {
            ObjectNode node = objects.addObject()
                    .put("class", names.get(each.label()))
                    .put("number", each.label())
                    .put("score", each.score());
            node.putArray("box")
                    .add(each.box().x())
                    .add(each.box().y())
                    .add(each.box().width())
                    .add(each.box().height());
        }
    }
}
