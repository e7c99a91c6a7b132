package dev.fovea.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.data.instance.Panoptic;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Segments as the JSON half of a COCO panoptic result, which panopticapi reads; the other half are the maps. */
public final class PanopticResults {
    private final List<Long> categoryIds;
    private final ObjectNode root = new ObjectMapper().createObjectNode();
    private final ArrayNode annotations = root.putArray("annotations");

    /** @param categoryIds the annotation file's ids by class number */
    public PanopticResults(List<Long> categoryIds) {
        this.categoryIds = List.copyOf(categoryIds);
    }

    /** @param map the name of the image's map */
    public void add(long imageId, String map, Panoptic cut) {
        Map<Integer, Integer> areas = new HashMap<>();
        for (int id : cut.ids()) {
            areas.merge(id, 1, Integer::sum);
        }
        ObjectNode node = annotations.addObject().put("image_id", imageId).put("file_name", map);
        ArrayNode segments = node.putArray("segments_info");
        cut.segments().forEach(segment -> segments.addObject()
                .put("id", segment.id())
                .put("category_id", categoryIds.get(segment.label()))
                .put("area", areas.get(segment.id()))
                .put("iscrowd", segment.crowd() ? 1 : 0));
    }

    public byte[] bytes() throws IOException {
        return new ObjectMapper().writeValueAsBytes(root);
    }
}
