package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.train.CocoScenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detection as a user goes through it: a folder like COCO's, another detector, figures, drawn objects. */
class DetectCommandIT {
    @TempDir
    private Path folder;

    @Test
    void aDetectorIsTrainedOnAFolderMeasuredAndPutToUse() throws IOException {
        Path data = new CocoScenes(64, folder.resolve("data")).write(12, 4);
        Path run = folder.resolve("run");
        ObjectMapper json = new ObjectMapper();
        String recipe = "detect/convvit-t16_nuclei256_mask-rcnn";
        JsonNode trained = json.readTree(
                Outcome.printed("train", "detect", recipe, "--smoke", "--data", data, "--out", run, "--json"));
        assertThat(trained.get("finished").asBoolean()).isTrue();
        assertThat(trained.get("scores").has("mask_AP")).isTrue();

        JsonNode scores = json.readTree(Outcome.printed("eval", run, "--flip", "--json"));
        assertThat(scores.fieldNames()).toIterable().contains("box_AP50", "mask_AR100", "mask_AP.tree");

        Path out = folder.resolve("out"), annotations = data.resolve("annotations/instances_val2017.json");
        String told = Outcome.printed(
                "predict", run, data.resolve("val2017"), "--out", out, "--score", "0.01", "--annotations", annotations);
        assertThat(told).contains("000000000112.png: ").contains(" objects");
        assertThat(out.resolve("000000000112_objects.png")).isNotEmptyFile();
        TreeSet<Long> images = new TreeSet<>(), categories = new TreeSet<>();
        for (JsonNode each : json.readTree(out.resolve("coco_results.json").toFile())) {
            images.add(each.get("image_id").asLong());
            categories.add(each.get("category_id").asLong());
            assertThat(each.get("bbox")).hasSize(4);
            assertThat(each.get("segmentation").get("size").get(0).asInt()).isEqualTo(64);
        }
        assertThat(images).isSubsetOf(112L, 113L, 114L, 115L).isNotEmpty();
        assertThat(categories).isSubsetOf(10L, 20L);
        JsonNode predictions = json.readTree(out.resolve("predictions.json").toFile());
        assertThat(predictions).hasSize(4);
        assertThat(predictions.get(0).get("objects").get(0).get("score").asDouble())
                .isGreaterThanOrEqualTo(0.01);
    }

    @Test
    void theFolderMustBeLaidOutLikeCocos() throws IOException {
        Path data = new CocoScenes(32, folder.resolve("data")).write(2, 2);
        Files.delete(data.resolve("annotations/instances_val2017.json"));
        String told = Outcome.refused(
                "train",
                "detect",
                "detect/convvit-t16_nuclei256_atss",
                "--smoke",
                "--data",
                data,
                "--out",
                folder.resolve("run"));
        assertThat(told).contains("detection needs one annotations/instances_val*.json, not []");
    }
}
