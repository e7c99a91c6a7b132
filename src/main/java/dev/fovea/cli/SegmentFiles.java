package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.PanopticSegmenter;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.eval.PanopticResults;
import dev.fovea.report.Pixels;
import dev.fovea.report.SegmentPicture;
import dev.fovea.train.TrainedModel;
import dev.fovea.weights.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images cut into segments, in a folder: pictures, and COCO's panoptic results, {@code panoptic.json} with {@code panoptic/}. */
final class SegmentFiles {
    private static final String MAPS = "panoptic";

    private final Path folder;
    private final PredictionFiles pictures;
    private final PredictionFiles maps;
    private final PanopticSegmenter segmenter;

    SegmentFiles(Path folder, TrainedModel trained) {
        this.folder = folder;
        pictures = new PredictionFiles(folder);
        maps = new PredictionFiles(folder.resolve(MAPS));
        segmenter = new PanopticSegmenter(trained);
    }

    /** @param annotations a COCO file with the images' ids, or null */
    ArrayNode cut(ImagePaths images, Path annotations) throws IOException {
        Files.createDirectories(folder.resolve(MAPS));
        List<String> names = segmenter.classNames();
        ImageIds ids = ImageIds.of(images, names, annotations);
        PanopticResults results = new PanopticResults(ids.categories());
        SegmentPicture drawing = new SegmentPicture(names);
        ArrayNode predictions = new ObjectMapper().createArrayNode();
        images.each((i, image) -> {
            Panoptic cut = segmenter.cut(image);
            Path file = images.file(i);
            Path map = maps.write(file, "", Pixels.ids(cut));
            results.add(ids.images().get(i), map.getFileName().toString(), cut);
            ObjectNode node = predictions
                    .addObject()
                    .put("image", images.name(i))
                    .put("image_id", ids.images().get(i));
            tell(node.putArray("segments"), cut, names);
            Path picture = pictures.write(file, "_segments", drawing.draw(Pixels.of(image), cut));
            node.put("picture", picture.toString()).put("map", map.toString());
        });
        AtomicFile.write(folder.resolve(MAPS + ".json"), results.bytes());
        return predictions;
    }

    private void tell(ArrayNode segments, Panoptic cut, List<String> names) {
        boolean[] things = segmenter.things();
        for (Instance each : cut.instances()) {
            segments.addObject()
                    .put("class", names.get(each.label()))
                    .put("number", each.label())
                    .put("id", each.id())
                    .put("thing", things[each.label()])
                    .put("share", each.area() / cut.ids().length);
        }
    }
}
