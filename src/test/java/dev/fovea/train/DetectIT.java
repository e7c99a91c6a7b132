package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.tensor.Natives;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Detection from annotation files to figures, on generated images. */
class DetectIT {
    @TempDir
    Path temp;

    @BeforeAll
    static void oneThread() {
        Natives.start();
        torch.set_num_threads(1);
    }

    static List<String> detectors() {
        return List.of(
                Recipes.detect(Recipes.VIT, Recipes.ATSS),
                Recipes.detect(Recipes.CONV_VIT, Recipes.GFL),
                Recipes.detect(Recipes.CONV_VIT, Recipes.MASK_RCNN),
                Recipes.detect(Recipes.HIVIT, Recipes.CASCADE),
                Recipes.detect(Recipes.BEIT, Recipes.HTC));
    }

    /** What a process leaves that was killed some steps after its checkpoint of step 3. */
    @ParameterizedTest
    @MethodSource("detectors")
    void everyDetectorTrainsIsMeasuredAndGoesOnWithTheSameBits(String yaml) throws IOException {
        RunFolder straight = new RunFolder(temp.resolve("straight"));
        RunResult first = Runs.start(Recipes.of(yaml, "run.keepEvery='1 steps'"), straight.path());
        assertThat(first.scores()).containsKey("box_AP");
        assertThat(first.scores().values()).allMatch(Double::isFinite);
        assertThat(straight.path().resolve("pictures/detection_00000006.png")).isNotEmptyFile();
        assertThat(TrainedModel.open(straight.path()).classNames()).isEqualTo(CocoScenes.CLASSES);

        RunFolder resumed = new RunFolder(temp.resolve("resumed"));
        Files.createDirectories(resumed.checkpoints());
        Files.copy(straight.recipe(), resumed.recipe());
        Files.copy(straight.metrics(), resumed.metrics());
        Files.copy(straight.kept(3), resumed.last());
        Runs.resume(resumed.path());
        Checkpoint one = Checkpoint.read(straight.last());
        Checkpoint two = Checkpoint.read(resumed.last());
        assertThat(two.state()).isEqualTo(one.state());
        assertSameBits(two.model(), one.model());
        assertSameBits(two.optimizer(), one.optimizer());
        assertThat(TrainerTest.rowsWithoutClock(resumed)).isEqualTo(TrainerTest.rowsWithoutClock(straight));
    }

    private static Recipe recipe(Path data, String... sets) {
        return recipe(Recipes.VIT, Recipes.ATSS, data, sets);
    }

    private static Recipe recipe(String backbone, String detector, Path data, String... sets) {
        String source =
                "{kind: coco, path: '%s', train: {images: train2017, annotations: annotations/instances_train2017.json},"
                                .formatted(data)
                        + " val: {images: val2017, annotations: annotations/instances_val2017.json}}";
        List<String> all = new ArrayList<>(List.of("data.source=" + source));
        all.addAll(List.of(sets));
        return Recipes.of(Recipes.detect(backbone, detector), all.toArray(String[]::new));
    }

    private static Map<String, Double> measured(Path run, String... sets) throws IOException {
        return Evaluation.of(run, new RecipeReader.Overrides(false, List.of(sets)), text -> {
            throw new AssertionError("nothing is wrong with the data, but " + text);
        });
    }

    /** Maps have cells of 8 pixels, whichever level of a backbone that is. */
    @ParameterizedTest
    @ValueSource(strings = {Recipes.VIT, Recipes.CONV_VIT})
    void theSemanticBranchLearnsFromTheMapsOfTheData(String backbone) throws IOException {
        Path data = new CocoScenes(32, temp.resolve("data")).write(8, 2), run = temp.resolve("run");
        String branch = "detector.semantic={classes: 6, convs: 1, weight: 0.2}";
        String place = "data.source.train.semantic=stuffthingmaps/train2017";
        assertThatThrownBy(() -> Runs.start(recipe(backbone, Recipes.HTC, data, branch), run))
                .hasMessage(
                        "detector.semantic learns from a class map of every training image, and data.source names none:"
                                + " give their folder as data.source.train.semantic, or leave the branch out with"
                                + " detector.semantic=null");
        assertThat(run).doesNotExist();

        new CocoScenes(32, data).writeSemantic(8);
        Runs.start(recipe(backbone, Recipes.HTC, data, branch, place), run);
        assertThat(Files.readString(new RunFolder(run).metrics())).contains("loss_semantic_seg");
        String few = "detector.semantic.classes=2";
        assertThatThrownBy(
                        () -> Runs.start(recipe(backbone, Recipes.HTC, data, branch, place, few), temp.resolve("few")))
                .hasMessageMatching("the semantic map of image \\d of the batch has the class [2-5], which is not below"
                        + " detector\\.semantic\\.classes 2 \\(255 = none\\); this is step 0, the batch was"
                        + " \\[0000000001\\d\\d\\.png, .*]");
        // Only what is learned needs the maps.
        assertThat(measured(run, "data.source.train.semantic=null")).containsKey("mask_AP");

        String views =
                "inference={scales: [[32, 32], [24, 24]], flip: true, sizes: [[0, 20], [10, 1000]], joined: scored,"
                        + " join: {type: soft-nms, iou: 0.5}, most: 50}";
        assertThat(measured(run, views)).containsKey("mask_AP");
    }

    @Test
    void onlyDetectorsOfTwoStagesJoinScoredBoxes() throws IOException {
        Path data = new CocoScenes(32, temp.resolve("data")).write(4, 2);
        assertThatThrownBy(() -> Runs.start(
                        recipe(data, "inference={scales: [[32, 32]], flip: true, joined: scored}"),
                        temp.resolve("run")))
                .hasMessage("inference.joined is scored, which only detectors of two stages can: mask-rcnn,"
                        + " cascade-mask-rcnn, htc");
    }

    @Test
    void annotationsThatCannotBeUsedAreListedAndTrainingGoesOnWithoutThem() throws IOException {
        Path data = new CocoScenes(32, temp.resolve("data")).write(12, 4);
        Path file = data.resolve("annotations/instances_train2017.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = (ObjectNode) json.readTree(file.toFile());
        ArrayNode annotations = (ArrayNode) root.get("annotations");
        spoil(annotations, 0, "bbox", json.readTree("[3, 3, 0, 5]"));
        spoil(annotations, 1, "category_id", json.readTree("77"));
        spoil(annotations, 2, "bbox", json.readTree("[100, 100, 5, 5]"));
        spoil(annotations, 3, "image_id", json.readTree("4711"));
        spoil(annotations, 4, "segmentation", json.readTree("[[2, 2, 900000, 2, 20, 20]]"));
        json.writeValue(file.toFile(), root);
        Files.delete(data.resolve("train2017/000000000111.png"));
        int gone = 0;
        for (JsonNode annotation : annotations) {
            gone += annotation.get("image_id").asInt() == 111 ? 1 : 0;
        }

        Path run = temp.resolve("run");
        PrintStream before = System.err;
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            assertThat(Runs.start(recipe(Recipes.VIT, Recipes.MASK_RCNN, data), run)
                            .finished())
                    .isTrue();
        } finally {
            System.setErr(before);
        }
        String place = "annotations/instances_train2017.json, image ";
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains(("left out, because they cannot be used: 1 missing images, %d annotations without an image,"
                                + " 1 unknown categories, 1 zero-size objects, 1 boxes outside their image, 1 broken masks;"
                                + " the first: %s111 (000000000111.png): there is no such file below %s (all are in"
                                + " left_out.txt)")
                        .formatted(gone + 1, place, data.resolve("train2017")));
        List<String> leftOut = Files.readAllLines(run.resolve("left_out.txt"));
        assertThat(leftOut).hasSize(6 + gone);
        assertThat(leftOut.get(1))
                .isEqualTo(place + "100, annotation " + annotations.get(0).get("id")
                        + ": box width 0.0 height 5.0 has a side under one pixel");
        assertThat(leftOut.get(2)).contains("category 77 is not among the categories");
        assertThat(leftOut.get(3)).contains("lies outside the image of 32 x 32");
        assertThat(leftOut.get(4)).contains("image 4711").contains("the image is not among the images");
        assertThat(leftOut.get(5))
                .endsWith("polygon coordinate 900000.0 is not within 10 lengths of its image of 32 x 32");
        assertThat(leftOut.get(6)).contains("image 111").endsWith("the image has no file");
    }

    private static void spoil(ArrayNode annotations, int index, String key, JsonNode value) {
        ((ObjectNode) annotations.get(index)).set(key, value);
    }

    @Test
    void otherClassesInTheValidationFileAreRefused() throws IOException {
        Path data = new CocoScenes(32, temp.resolve("data")).write(8, 4);
        Path file = data.resolve("annotations/instances_val2017.json");
        Files.writeString(file, Files.readString(file).replace("\"tree\"", "\"bush\""));
        assertThatThrownBy(() -> Runs.start(recipe(data), temp.resolve("run")))
                .hasMessageContaining("instances_val2017.json has the classes [house, bush]");
    }

    @Test
    void aModelIsNotMeasuredOnClassesInAnotherOrder() throws IOException {
        Path data = new CocoScenes(32, temp.resolve("data")).write(8, 4), run = temp.resolve("run");
        Runs.start(recipe(data), run);
        for (String split : List.of("train", "val")) {
            Path file = data.resolve("annotations/instances_" + split + "2017.json");
            String swapped = Files.readString(file)
                    .replace("\"tree\"", "\"?\"")
                    .replace("\"house\"", "\"tree\"")
                    .replace("\"?\"", "\"house\"");
            Files.writeString(file, swapped);
        }
        assertThatThrownBy(() -> measured(run))
                .hasMessage("class 0 is 'house' for the model and 'tree' in the data; all must agree");
    }

    /** The small form of "it learns": eight scenes, looked at again and again, are found almost without fault. */
    @Test
    void aDetectorLearnsAHandfulOfImagesByHeart() throws IOException {
        Recipe recipe =
                byHeart("{type: atss, frame: {channels: 32, levels: 3, stacked: 1, normGroups: 8, anchorScale: 4}}");
        Path run = temp.resolve("run");
        RunResult result = Runs.start(recipe, run);
        assertThat(result.scores().get("box_AP50")).isGreaterThan(0.9);

        Map<String, Double> plain = measured(run);
        assertThat(plain).containsAllEntriesOf(result.scores());
        assertThat(plain.get("box_AP.house")).isGreaterThan(0.3);
        // The mirror image was never trained on: joining must not spoil what the image itself says.
        String views = "inference={scales: [[64, 64]], flip: true, join: {type: soft-nms, iou: 0.5}, most: 1}";
        Map<String, Double> joined = measured(run, views);
        assertThat(joined.get("box_AR1")).isPositive();
        assertThat(joined.get("box_AR100")).isLessThan(plain.get("box_AR100"));
    }

    /** The same of masks. */
    @Test
    void soDoesADetectorOfMasks() throws IOException {
        RunResult result = Runs.start(
                byHeart(
                        "{type: mask-rcnn, channels: 32, proposals: {anchorScale: 4, anchors: 64, perLevelWhileTraining: 200,"
                                + " mostWhileTraining: 100, perLevel: 200, most: 100}, box: {linears: 1, units: 64, regions: 64},"
                                + " mask: {convs: 2}}"),
                temp.resolve("run"));
        assertThat(result.scores().get("mask_AP50")).isGreaterThan(0.75);
        assertThat(result.scores().get("box_AP50")).isGreaterThan(0.75);

        // The same view twice shows nothing new.
        String views = "inference={scales: [[64, 64], [64, 64]], joined: scored, join: {type: nms, iou: 0.5}}";
        Map<String, Double> joined = measured(temp.resolve("run"), views);
        assertThat(joined).containsAllEntriesOf(result.scores());
    }

    private Recipe byHeart(String detector) throws IOException {
        Path data = new CocoScenes(64, temp.resolve("data")).write(8, 8);
        Files.copy(data.resolve("annotations/instances_train2017.json"), data.resolve("annotations/same.json"));
        return Recipes.of(
                """
                name: heart
                stage: detect
                data:
                  source:
                    kind: coco
                    path: '%s'
                    train: {images: train2017, annotations: annotations/instances_train2017.json}
                    val: {images: train2017, annotations: annotations/same.json}
                augment: {branches: [[{type: resize, scales: [[64, 64]]}]], flip: 0}
                backbone: {type: convvit, imageSize: 64, patchSizes: [2, 2, 2], dims: [16, 24, 32], depths: [1, 1, 2], heads: 2, mlpRatios: [2, 2, 2]}
                detector: %s
                inference: {scales: [[64, 64]]}
                optimizer: {type: adamw, lr: 2.0e-3, clip: 5}
                schedule: {type: cosine, length: 250 steps, warmup: 10 steps}
                run: {globalBatch: 4, precision: fp32, loaderThreads: 1, checkpointEvery: 1000 steps}
                """
                        .formatted(data, detector));
    }
}
