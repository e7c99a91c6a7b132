package dev.fovea.eval.coco;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Rle;
import java.io.IOException;
import java.util.List;

/** Detections as a COCO result file, which pycocotools' {@code loadRes} and COCO's server read. */
public final class CocoResults {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Long> categoryIds;
    private final ArrayNode results = JSON.createArrayNode();

    /** @param categoryIds the annotation file's ids by class number */
    public CocoResults(List<Long> categoryIds) {
        this.categoryIds = List.copyOf(categoryIds);
    }

    public void add(long imageId, List<Detection> found) {
        for (Detection each : found) {
            ObjectNode node = results.addObject()
                    .put("image_id", imageId)
                    .put("category_id", categoryIds.get(each.label()))
                    .put("score", each.score());
            BoundingBox box = each.box();
            node.putArray("bbox").add(box.x()).add(box.y()).add(box.width()).add(box.height());
            if (each.mask() != null) {
                Rle mask = each.mask();
                ObjectNode segmentation = node.putObject("segmentation").put("counts", mask.text());
                segmentation.putArray("size").add(mask.height()).add(mask.width());
            }
        }
    }

    public byte[] bytes() throws IOException {
        return JSON.writeValueAsBytes(results);
    }
}
