package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.apply.PanopticSegmenter;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.source.CocoPanoptic;
import dev.fovea.eval.PanopticQuality;
import dev.fovea.train.CocoScenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Panoptic segmentation as a user goes through it: a folder like COCO's, quality, segments in pictures and as COCO results. */
class PanopticCommandIT {
    private static final String RECIPE = "panoptic/convvit-t16_coco-cc_mask2former";

    @TempDir
    private Path folder;

    @Test
    void imagesAreCutMeasuredAndWrittenAsCocoReadsThem() throws IOException {
        Path data = new CocoScenes(64, folder.resolve("data")).writeSegments(12, 4);
        Files.delete(data.resolve("train2017/000000000105.png"));
        Path run = folder.resolve("run");
        ObjectMapper json = new ObjectMapper();
        JsonNode trained = json.readTree(
                Outcome.printed("train", "panoptic", RECIPE, "--smoke", "--data", data, "--out", run, "--json"));
        assertThat(trained.get("finished").asBoolean()).isTrue();
        assertThat(trained.get("scores").has("PQ_things")).isTrue();
        assertThat(run.resolve("left_out.txt")).content().contains("image 105 (000000000105.png)");

        JsonNode scores = json.readTree(Outcome.printed("eval", run, "--json"));
        assertThat(scores.fieldNames()).toIterable().contains("PQ", "SQ", "RQ", "PQ_stuff", "PQ.sky");

        Path out = folder.resolve("out"), annotations = data.resolve("annotations/panoptic_val2017.json");
        String told =
                Outcome.printed("predict", run, data.resolve("val2017"), "--out", out, "--annotations", annotations);
        assertThat(told).contains("000000000112.png: ").contains(" segments");
        assertThat(out.resolve("000000000113_segments.png")).isNotEmptyFile();
        assertThat(PanopticSegmenter.open(run).things()).containsExactly(false, false, false, false, true, true);

        // What was written, read back and measured by hand, has the quality that eval tells.
        ObjectNode results = (ObjectNode) json.readTree(annotations.toFile());
        results.set(
                "annotations",
                json.readTree(out.resolve("panoptic.json").toFile()).get("annotations"));
        Path found = folder.resolve("found.json");
        json.writeValue(found.toFile(), results);
        CocoPanoptic truths = CocoPanoptic.open(annotations, data.resolve("annotations/panoptic_val2017"));
        CocoPanoptic cut = CocoPanoptic.open(found, out.resolve("panoptic"));
        PanopticQuality quality = new PanopticQuality(truths.classes().thingFlags());
        for (int i = 0; i < truths.size(); i++) {
            assertThat(cut.imageId(i)).isEqualTo(truths.imageId(i));
            Panoptic map = cut.read(i);
            quality.add(map, truths.read(i));
        }
        assertThat(cut.read(0).segments()).isNotEmpty();
        assertThat(quality.values().get("PQ")).isEqualTo(scores.get("PQ").asDouble());
    }

    @Test
    void whatCannotBeCutIsToldBeforeTheFirstStep() throws IOException {
        Path data = new CocoScenes(32, folder.resolve("data")).write(2, 2);
        Path run = folder.resolve("run");
        assertThat(Outcome.refused("train", "panoptic", RECIPE, "--smoke", "--data", data, "--out", run))
                .contains("panoptic segmentation needs one annotations/panoptic_train*.json, not []");
        assertThat(Outcome.refused(
                        "train", "panoptic", RECIPE, "--smoke", "--out", run, "--set", "detector={type: atss}"))
                .contains("detector.type: atss finds single objects alone");
        assertThat(run).doesNotExist();
    }
}
