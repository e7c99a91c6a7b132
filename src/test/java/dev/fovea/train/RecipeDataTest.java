package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Source;
import dev.fovea.recipe.DataBlock;
import dev.fovea.recipe.DataSource;
import dev.fovea.train.RecipeData.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeDataTest {
    private static final List<Double> ZEROS = List.of(0.0, 0.0, 0.0);
    private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

    private static RecipeData data(DataBlock.Measured measured) {
        DataSource scenes = new DataSource.Scenes(8, 4, 32, 1);
        return new RecipeData(new DataBlock(scenes, 0.5, 0, measured, 0, 0.01, ZEROS, ONES));
    }

    private static List<String> names(Source<?> source) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            names.add(source.name(i));
        }
        return names;
    }

    @Test
    void aModelIsMeasuredOnImagesThatItDoesNotLearn() throws IOException {
        RecipeData data = data(DataBlock.Measured.VAL);
        assertThat(names(data.annotated(Split.VAL, true)))
                .hasSize(4)
                .doesNotContainAnyElementsOf(names(data.annotated(Split.TRAIN, true)));
    }

    @Test
    void orOnTheVeryShareThatItLearns() throws IOException {
        RecipeData data = data(DataBlock.Measured.TRAIN);
        List<String> learned = names(data.annotated(Split.TRAIN, true));
        assertThat(learned).hasSize(4);
        assertThat(names(data.annotated(Split.VAL, true))).isEqualTo(learned);
        assertThat(names(data.masked(Split.VAL))).isEqualTo(names(data.masked(Split.TRAIN)));
        assertThat(names(data.segments(Split.VAL))).isEqualTo(learned);
        assertThat(names(data.images(Split.VAL))).isEqualTo(names(data.images(Split.TRAIN)));
    }

    @Test
    void shardsMayLackClassesWhereNobodyAsksForThem(@TempDir Path folder) throws IOException {
        shard(folder.resolve("train"), "a.png", "a.cls", "b.png");
        DataSource shards = new DataSource.Shards(folder.toString(), "train", Optional.empty());
        RecipeData data = new RecipeData(new DataBlock(shards, 1, 0, DataBlock.Measured.TRAIN, 0, 0.01, ZEROS, ONES));
        assertThat(names(data.images(Split.TRAIN))).containsExactly("0.tar/a.png", "0.tar/b.png");
        assertThat(data.hasLabels()).isFalse();
        assertThatThrownBy(() -> data.labelled(Split.TRAIN))
                .hasMessageEndingWith("0.tar/b.png has no class: no .cls of its name beside it");
    }

    private static void shard(Path folder, String... names) throws IOException {
        Files.createDirectories(folder);
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(folder.resolve("0.tar")))) {
            for (String name : names) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(1);
                tar.putArchiveEntry(entry);
                tar.write('7');
                tar.closeArchiveEntry();
            }
        }
    }

    @Test
    void aFolderOfImagesAloneCanBeMeasuredOnItself() {
        DataSource folder = new DataSource.Folder("images");
        assertThat(new DataBlock(folder, 1, 0, DataBlock.Measured.VAL, 0, 0.01, ZEROS, ONES).hasVal())
                .isFalse();
        assertThat(new DataBlock(folder, 1, 0, DataBlock.Measured.TRAIN, 0, 0.01, ZEROS, ONES).hasVal())
                .isTrue();
    }
}
