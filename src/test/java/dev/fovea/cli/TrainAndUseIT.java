package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.data.scenes.SceneFolder;
import dev.fovea.data.scenes.SceneGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a user goes through it, on the smoke settings of recipes. */
class TrainAndUseIT {
    @TempDir
    private static Path folder;

    private static Path scenes;

    @BeforeAll
    static void writeImages() throws IOException {
        scenes = folder.resolve("scenes");
        new SceneFolder(new SceneGenerator(48), 7).write(scenes, 4, 2);
    }

    private static JsonNode json(Outcome outcome) throws IOException {
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return new ObjectMapper().readTree(outcome.out());
    }

    @Test
    void aPretrainedModelIsMeasuredEmbeddedShownAndReported() throws IOException {
        Path run = folder.resolve("pre");
        JsonNode trained = json(
                Outcome.of("pretrain", "convmae", "convvit-t8_eurosat10k_pretrain", "--smoke", "--json", "--out", run));
        assertThat(trained.get("finished").asBoolean()).isTrue();
        assertThat(trained.get("step").asInt()).isEqualTo(4);

        JsonNode scores = json(Outcome.of("eval", run, "--json"));
        assertThat(scores.fieldNames()).toIterable().contains("loss", "knn_acc1", "linear_acc1");

        Path features = folder.resolve("features.npy");
        assertThat(json(Outcome.of("embed", run, scenes.resolve("images"), "--out", features, "--json"))
                        .get("count")
                        .asInt())
                .isEqualTo(6);
        assertThat(Files.readAllLines(folder.resolve("features.txt"))).hasSize(6);

        Path picture = folder.resolve("reconstruction.png");
        assertThat(Outcome.of("show", "reconstruction", run, scenes.resolve("images/val"), "--out", picture)
                        .code())
                .isZero();
        assertThat(picture).isNotEmptyFile();
        Path looks = folder.resolve("attention.png");
        Path image = scenes.resolve("images/val").toFile().listFiles()[0].toPath();
        assertThat(Outcome.of("show", "attention", run, run, "--image", image, "--patch", "1,1", "--out", looks)
                        .code())
                .isZero();
        assertThat(looks).isNotEmptyFile();
        Outcome wrong = Outcome.of("show", "attention", run, "--image", image, "--patch", "1", "--out", looks);
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("--patch takes a column and a row, X,Y, not 1 numbers");
        assertThat(Outcome.of("report", run).code()).isZero();
        Path page = folder.resolve("page.html");
        assertThat(Outcome.of("report", run, "--out", page).code()).isZero();
        assertThat(run.resolve("report.html")).isNotEmptyFile().hasSameTextualContentAs(page);
    }

    @Test
    void fewLabelsAreDrawnSeveralTimesAndTheSpreadIsTold() throws IOException {
        Path run = folder.resolve("few");
        JsonNode trained = json(Outcome.of(
                "train",
                "segment",
                "mae/vit-t16_camvid11_upernet",
                "--smoke",
                "--head",
                "linear",
                "--json",
                "--label-fraction",
                "1/2",
                "--draws",
                "2",
                "--out",
                run));
        assertThat(trained.at("/scores/mIoU/draws")).hasSize(2);
        assertThat(trained.at("/scores/mIoU/deviation").isNumber()).isTrue();
        for (int draw = 0; draw < 2; draw++) {
            assertThat(Files.readString(run.resolve("draw-" + draw + "/recipe.yaml")))
                    .contains("fraction: 0.5", "draw: " + draw, "type: linear");
        }
        Outcome wrong = Outcome.of("train", "segment", "mae/vit-t16_camvid11_upernet", "--label-fraction", "2");
        assertThat(wrong.err()).contains("--label-fraction 2 is not above 0 and at most 1");
    }

    @Test
    void aModelThatLocatesViewsIsMeasuredWithItsControlsAndShown() throws IOException {
        Path run = folder.resolve("located");
        JsonNode trained = json(
                Outcome.of("pretrain", "loca", "loca/vit-t16_flowers96_pretrain", "--smoke", "--json", "--out", run));
        assertThat(trained.get("finished").asBoolean()).isTrue();
        assertThat(run.resolve("pictures/positions_00000004.png")).isNotEmptyFile();
        assertThat(json(Outcome.of("eval", run, "--json")).fieldNames())
                .toIterable()
                .contains("loss", "position", "position_hidden", "position_other");
        Path picture = folder.resolve("positions.png");
        assertThat(Outcome.of("show", "positions", run, scenes.resolve("images/val"), "--out", picture)
                        .code())
                .isZero();
        assertThat(picture).isNotEmptyFile();
        Outcome wrong = Outcome.of("show", "reconstruction", run, scenes.resolve("images/val"), "--out", picture);
        assertThat(wrong.err()).contains("trained nothing that reconstructs images");
    }

    @Test
    void aSegmentationColoursImagesAndTellsShares() throws IOException {
        Path run = folder.resolve("seg");
        assertThat(Outcome.of("train", "segment", "convvit-t16_camvid11_upernet", "--smoke", "--out", run)
                        .code())
                .isZero();
        JsonNode scores = json(Outcome.of("eval", run, "--flip", "--scales=0.5,1", "--json"));
        assertThat(scores.get("mIoU").asDouble()).isBetween(0.0, 1.0);
        JsonNode parts = json(Outcome.of("eval", run, "--decompose", "--json"));
        assertThat(parts.fieldNames()).toIterable().containsExactly("mIoU", "mAP_what", "mIoU_where");
        assertThat(parts.get("mIoU_where").asDouble())
                .isGreaterThanOrEqualTo(parts.get("mIoU").asDouble());

        Path out = folder.resolve("predicted");
        JsonNode predictions = json(Outcome.of("predict", run, scenes.resolve("images/val"), "--out", out, "--json"));
        assertThat(predictions).hasSize(2);
        double shares = 0;
        for (JsonNode each : predictions.get(0).get("classes")) {
            shares += each.get("share").asDouble();
        }
        assertThat(shares).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
        for (String key : List.of("overlay", "labels")) {
            assertThat(Path.of(predictions.get(1).get(key).asText())).isNotEmptyFile();
        }
    }

    @Test
    void headAndBackboneAreNamedOnTheCommandLineAndASettingStillWins() throws IOException {
        Path run = folder.resolve("named");
        JsonNode trained = json(Outcome.of(
                "train",
                "segment",
                "mae/vit-t16_camvid11_upernet",
                "--smoke",
                "--head",
                "semantic-fpn",
                "--backbone",
                "vit-adapter:tiny",
                "--set",
                "backbone.vit.depth=4",
                "--set",
                "init=null",
                "--json",
                "--out",
                run));
        assertThat(trained.get("finished").asBoolean()).isTrue();
        assertThat(Files.readString(run.resolve("recipe.yaml")))
                .contains("type: semantic-fpn", "type: vit-adapter", "depth: 4", "dim: 192", "imageSize: 64");
    }

    @Test
    void aClassifierCaptionsImagesAndAFinishedRunIsNotOverwritten() throws IOException {
        Path run = folder.resolve("cls");
        assertThat(Outcome.of("train", "classify", "convvit-t8_eurosat10k_finetune", "--smoke", "--out", run)
                        .code())
                .isZero();
        JsonNode predictions = json(Outcome.of(
                "predict", run, scenes.resolve("images/val"), "--top=2", "--out", folder.resolve("c"), "--json"));
        assertThat(predictions.get(0).get("classes")).hasSize(2);
        assertThat(Outcome.refused("predict", run, scenes.resolve("images/val"), "--out", scenes.resolve("images/val")))
                .contains("predictions need a folder of their own");
        assertThat(Outcome.refused("predict", run, scenes.resolve("images/val"), "--top=0", "--out", folder))
                .contains("--top 0: there must be at least 1");
        Outcome again = Outcome.of("train", "classify", "convvit-t8_eurosat10k_finetune", "--smoke", "--out", run);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("is not empty").contains("--resume");
    }

    @Test
    void severalDrawsAreResumedByTheirFolderAloneAndNeedAShare() throws IOException {
        Path runs = folder.resolve("draws");
        Object[] command = {"train", "classify", "convvit-t8_eurosat10k_finetune", "--smoke", "--draws=2", "--out", runs
        };
        assertThat(Outcome.refused(command)).contains("--draws 2 of all images are the same; --label-fraction says");
        Object[] with = Stream.concat(Stream.of(command), Stream.of("--label-fraction=1/2"))
                .toArray();
        assertThat(Outcome.printed(with)).contains("over 2 draws");
        assertThat(Outcome.printed("train", "classify", "--draws=2", "--resume", "--out", runs))
                .contains("over 2 draws");
    }

    @Test
    void theWrongCommandForARecipeSaysWhichIsRight() {
        Outcome outcome = Outcome.of("pretrain", "mae", "convvit-t8_eurosat10k_pretrain", "--smoke");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("the recipe convmae_convvit-t8_eurosat10k_pretrain pre-trains by convmae: fovea pretrain"
                        + " convmae ...");
    }

    @Test
    void aRecipeThatDoesNotExistIsToldOf() {
        assertThat(Outcome.of("pretrain", "mae", "nosuch").err())
                .contains("there is no recipe 'nosuch': neither such a file nor a name that 'fovea recipes' lists");
    }

    @Test
    void withoutARecipeTheCommandAsksForOne() {
        Outcome outcome = Outcome.of("pretrain", "mae");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("Which RECIPE?");
    }
}
