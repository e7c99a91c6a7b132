package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.recipe.Methods;
import dev.fovea.train.CocoScenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
        assertThat(scores).hasSize(2 * (12 + CocoScenes.CLASSES.size()));
        assertThat(scores.get("box_APl").isNull()).isTrue(); // no object of these images is as large
        assertThat(Outcome.printed("eval", run)).containsPattern("(?m)^box_APl +—$");

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

    /** By its name alone it has its published settings, which take a while: here smaller ones are laid over them. */
    @ParameterizedTest
    @MethodSource("detectors")
    void everyDetectorIsNamedOnTheCommandLine(String detector) throws IOException {
        boolean dense = List.of("atss", "gfl").contains(detector);
        String smaller = dense ? "detector.frame.channels=32" : "detector.channels=32";
        Path run = folder.resolve("run");
        JsonNode trained = new ObjectMapper()
                .readTree(Outcome.printed(
                        "train",
                        "detect",
                        "detect/convvit-t16_nuclei256_mask-rcnn",
                        "--smoke",
                        "--detector",
                        detector,
                        "--set",
                        smaller,
                        "--set",
                        "schedule.length=1 step",
                        "--set",
                        "schedule.warmup=0 steps",
                        "--set",
                        "schedule.milestones=[]",
                        "--out",
                        run,
                        "--json"));
        assertThat(trained.get("finished").asBoolean()).isTrue();
        assertThat(Files.readString(run.resolve("recipe.yaml"))).contains("type: " + detector, "channels: 32");
    }

    static List<String> detectors() {
        return Methods.names(DetectorSpec.class);
    }

    @Test
    void imagesAndAnnotationsThatCannotBeMeasuredOnAreToldOf() throws IOException {
        Path data = new CocoScenes(64, folder.resolve("data")).write(4, 4), run = folder.resolve("run");
        String recipe = "detect/convvit-t16_nuclei256_atss";
        Outcome.printed(
                "train", "detect", recipe, "--smoke", "--set", "run.globalBatch=2", "--data", data, "--out", run);
        assertThat(Outcome.of("eval", run).err()).doesNotContain("left out");

        Files.delete(data.resolve("val2017/000000000106.png"));
        Files.delete(data.resolve("train2017/000000000101.png")); // nothing is measured on that one
        Outcome measured = Outcome.of("eval", run, "--json");
        assertThat(measured.err())
                .containsPattern(
                        "fovea: left out of what is measured, because they cannot be used: 1 missing images,"
                                + " [1-9] annotations without an image; the first:"
                                + " annotations/instances_val2017\\.json, image 106 \\(000000000106\\.png\\): there is no such file");
        assertThat(new ObjectMapper().readTree(measured.out()).has("box_AP")).isTrue();
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
