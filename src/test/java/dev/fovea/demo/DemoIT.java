package dev.fovea.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.scenes.SceneFolder;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.recipe.DataSource;
import dev.fovea.tensor.Natives;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Natives.start();
    }

    private String demo(Optional<Path> data, List<String> sets) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);
        assertThat(new Demo(folder.resolve("out"), new Demo.Wish(data, 8, true, sets), print).run())
                .isTrue();
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void scenesGiveATableAReportAndNothingIsDoneTwice() throws IOException {
        assertThat(demo(Optional.empty(), List.of()))
                .contains("learning from 9 labelled images, pre-trained") // 8 are asked for, each class rounds
                .contains("mIoU");
        assertThat(folder.resolve("out/report.html")).isNotEmptyFile();
        List<String> before = logs();
        demo(Optional.empty(), List.of());
        assertThat(logs()).isEqualTo(before); // whoever trains again writes other times
    }

    private List<String> logs() throws IOException {
        List<String> logs = new ArrayList<>();
        for (String run : List.of("pretrain", "pre-trained", "scratch")) {
            logs.add(Files.readString(folder.resolve("out").resolve(run).resolve("metrics.jsonl")));
        }
        return logs;
    }

    @Test
    void imagesWithMasksAreSegmented() throws IOException {
        Path data = folder.resolve("data");
        new SceneFolder(new SceneGenerator(64), 3).write(data, 6, 4); // fewer than the recipes' batches
        assertThat(demo(Optional.of(data), List.of()))
                .contains("images with masks of", "learning from 6 labelled images", "mIoU");
    }

    @Test
    void imagesAloneGivePicturesAndALineAboutLabels() throws IOException {
        Path data = folder.resolve("data");
        new SceneFolder(new SceneGenerator(64), 3).write(data, 5, 1);
        Path images = data.resolve("images/train");
        assertThat(demo(Optional.of(images), List.of()))
                .contains("images without labels", "With labels this demo would also show");
        assertThat(folder.resolve("out/reconstructions.png")).isNotEmptyFile();
        assertThat(folder.resolve("out/neighbours.png")).isNotEmptyFile();
    }

    @Test
    void foldersByClassAreRecognised() throws IOException {
        for (String part : List.of("train/cat", "train/dog", "val/cat", "val/dog")) {
            Files.createDirectories(folder.resolve(part));
        }
        assertThat(DataLayout.of(folder)).isEqualTo(new DataLayout.Classes(folder, "train", "val"));
    }

    @Test
    void aRecipeKeepsItsKindOfSourceWhereTheFolderFits() throws IOException {
        Files.createDirectories(folder.resolve("train/cat"));
        Files.createDirectories(folder.resolve("val/cat"));
        DataSource own = new DataSource.ImageFolder("x", "train", "val");
        assertThat(DataLayout.setting(folder, own, DataLayout.Wanted.OTHERS))
                .isEqualTo("data.source.path=\"" + folder + "\"");
        assertThat(DataLayout.setting(folder.resolve("train"), own, DataLayout.Wanted.OTHERS))
                .isEqualTo("data.source={kind: folder, path: \"" + folder.resolve("train") + "\"}");
    }

    @Test
    void masksWhoseSplitsHaveOtherNamesBringThem() throws IOException {
        Path masks = Files.createDirectories(folder.resolve("masks/training"));
        Files.createDirectories(folder.resolve("masks/validation"));
        Files.createDirectories(folder.resolve("images"));
        BufferedImage mask = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        mask.getRaster().setSample(1, 0, 0, 3);
        ImageIO.write(mask, "png", masks.resolve("a.png").toFile());
        for (String names : List.of("train, val", "training, validation")) {
            String[] own = names.split(", ");
            DataSource pairs = new DataSource.Pairs("x", own[0], own[1], 9, Optional.empty(), false, List.of());
            String setting = DataLayout.setting(folder, pairs, DataLayout.Wanted.OTHERS);
            if (own[0].equals("training")) {
                assertThat(setting).isEqualTo("data.source.path=\"" + folder + "\"");
            } else {
                assertThat(setting)
                        .startsWith("data.source={kind: pairs, ")
                        .contains("train: training, val: validation, numClasses: 4");
            }
        }
    }

    @Test
    void publishedDataSetsAreRecognised() throws IOException {
        for (String part : List.of("train", "trainannot", "val", "valannot")) {
            Files.createDirectories(folder.resolve(part));
        }
        assertThat(DataLayout.setting(folder, new DataSource.Folder("x"), DataLayout.Wanted.OTHERS))
                .isEqualTo("data.source={kind: published, set: camvid, path: \"" + folder + "\"}");
    }
}
