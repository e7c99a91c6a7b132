package dev.fovea.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.fovea.backbone.Backbone;
import dev.fovea.backbone.MapsOnlyBackbone;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.dense.adapter.VitAdapter;
import dev.fovea.dense.segment.SegmentationModel;
import dev.fovea.dense.segment.UperHead;
import dev.fovea.recipe.Recipe;
import dev.fovea.recipe.RecipeReader;
import dev.fovea.recipe.RecipeWriter;
import dev.fovea.report.LevelSheet.Level;
import dev.fovea.report.Pixels;
import dev.fovea.report.SamplingSheet.Interaction;
import dev.fovea.report.SamplingSheet.Points;
import dev.fovea.tensor.Tensors;
import dev.fovea.weights.ModelCard;
import dev.fovea.weights.ModelFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterPicturesTest {
    private static final String RUN =
            """
            stage: segment
            name: small
            data: {source: {kind: scenes, train: 8, val: 4, size: 64}}
            augment: {scale: [0.5, 2], catMaxRatio: 0.75, flip: 0.5, photometric: true}
            backbone: %s
            head: {channels: 8, poolScales: [1, 2]}
            inference: {stride: 64}
            optimizer: {type: adamw, lr: 1.0e-3}
            schedule: {type: poly, length: 4 steps, warmup: 1 step, power: 1}
            run: {globalBatch: 4}
            """;
    private static final String VIT = "{type: vit, imageSize: 64, dim: 16, depth: 4, heads: 2, posEmbed: learned}";
    private static final String ADAPTER = "{type: vit-adapter, vit: " + VIT
            + ", stemDim: 8, attention: {reach: deformable, heads: 2, points: 3, ratio: 1}}";

    @TempDir
    Path folder;

    /** A quarter of a map differs in one channel: all of its variance lies in one component. */
    @Test
    void coloursOfALevelAreItsPrincipalComponents() {
        float[] values = new float[2 * 4];
        values[3] = 8; // channel 0 of the last cell
        Tensor map = Tensors.of(values, 1, 2, 2, 2);
        Level level = PyramidLevels.levels(giving(map), torch.zeros(1, 3, 8, 8)).get(0);

        assertThat(level.size()).isEqualTo(new Size(2, 2));
        assertThat(level.stride()).isEqualTo(4);
        assertThat(level.explained()).isCloseTo(1, within(1e-9));
        assertThat(level.colours()).hasSize(12);
        for (int cell = 0; cell < 4; cell++) {
            assertThat(level.colours()[3 * cell]).isEqualTo(cell == 3 ? 1f : 0f);
            assertThat(level.colours()[3 * cell + 2]).isZero(); // two channels have no third component
        }
    }

    @Test
    void coloursDoNotDependOnTheSignOfTheDecomposition() {
        Tensor map = torch.randn(1, 6, 4, 5);
        Level one = PyramidLevels.levels(giving(map), torch.zeros(1, 3, 8, 8)).get(0);
        Level again = PyramidLevels.levels(giving(map.clone()), torch.zeros(1, 3, 8, 8))
                .get(0);
        assertThat(one.colours()).isEqualTo(again.colours());
        assertThat(one.explained()).isBetween(0.4, 0.9999);
    }

    private static Backbone giving(Tensor map) {
        return new MapsOnlyBackbone() {
            @Override
            public Pyramid pyramid(Tensor images) {
                return new Pyramid(List.of(map), List.of(4));
            }
        };
    }

    @Test
    void aQuerySamplesAroundItsPlaceWithWeightsThatSumToOneForEachHead() {
        VitAdapter adapter = (VitAdapter) recipe(ADAPTER).backbone().build(Use.DENSE);
        List<Interaction> interactions = SamplingPoints.interactions(adapter, torch.rand(1, 3, 64, 64), 40, 20);

        assertThat(interactions).hasSize(4);
        for (Interaction interaction : interactions) {
            Points injector = interaction.injector().orElseThrow();
            Points extractor = interaction.extractor().orElseThrow();
            assertThat(injector.x()).hasSize(2 * 3 * 3);
            assertThat(extractor.x()).hasSize(2 * 3);
            assertThat(sum(injector)).isCloseTo(2, within(1e-5)); // of two heads
            assertThat(sum(extractor)).isCloseTo(2, within(1e-5));
            // Untrained, the first head looks right, by 1 to 3 cells of each level, and the second left.
            assertThat(extractor.x()[0]).isCloseTo((2.5f + 1) / 4, within(1e-5f));
            assertThat(extractor.x()[5]).isCloseTo((2.5f - 3) / 4, within(1e-5f));
            assertThat(extractor.y()[0]).isCloseTo(1.5f / 4, within(1e-5f));
            assertThat(injector.x()[0]).isCloseTo(2.5f / 4 + 1f / 8, within(1e-5f));
        }
    }

    /** Windows fill 48 pixels up to 64: the place is a token of a 4 x 4 grid, and lies further to the right in the image. */
    @Test
    void placesAreSharesOfTheImageAlsoWhereItIsFilledUp() {
        String windowed = ADAPTER.replace("{type: vit-adapter,", "{type: vit-adapter, windows: [2, 2, 2, 0],");
        VitAdapter adapter = (VitAdapter) recipe(windowed).backbone().build(Use.DENSE);
        Points points = SamplingPoints.interactions(adapter, torch.rand(1, 3, 48, 48), 40, 20)
                .get(0)
                .injector()
                .orElseThrow();
        assertThat(points.x()[0]).isCloseTo((2.5f / 4 + 1f / 8) * 64 / 48, within(1e-5f));
        assertThat(points.y()[0]).isCloseTo(1.5f / 4 * 64 / 48, within(1e-5f));
    }

    private static double sum(Points points) {
        double sum = 0;
        for (float weight : points.weights()) {
            sum += weight;
        }
        return sum;
    }

    @Test
    void whatSamplesNothingIsToldSo() {
        String global = ADAPTER.replace("reach: deformable", "reach: global");
        VitAdapter adapter = (VitAdapter) recipe(global).backbone().build(Use.DENSE);
        Tensor image = torch.rand(1, 3, 64, 64);
        assertThatThrownBy(() -> SamplingPoints.interactions(adapter, image, 1, 1))
                .hasMessage("this vit-adapter has no deformable attention: nothing is sampled");
        assertThatThrownBy(() -> SamplingPoints.interactions(adapter, image, 64, 1))
                .hasMessage("point 64,1 is none of the image that the model sees: it has 64 x 64 pixels");
    }

    @Test
    void runsWithAndWithoutAdapterStandBelowEachOther() throws IOException {
        Path image = folder.resolve("scene.png");
        ImageIO.write(Pixels.of(new SceneGenerator(64).generate(1, 2).image()), "png", image.toFile());
        Path plain = write("plain", VIT), adapter = write("adapter", ADAPTER);

        BufferedImage levels = PyramidLevels.draw(List.of(plain, adapter), image);
        assertThat(levels.getWidth()).isGreaterThan(5 * 192);
        assertThat(levels.getHeight()).isBetween(2 * 192, 3 * 224);
        BufferedImage sampling = SamplingPoints.draw(adapter, image, 30, 30);
        assertThat(sampling.getWidth()).isGreaterThan(2 * 320);
        assertThat(sampling.getHeight()).isGreaterThan(4 * 320);
        assertThatThrownBy(() -> SamplingPoints.draw(plain, image, 30, 30))
                .hasMessageEndingWith(
                        "plain.safetensors has no deformable attention in its backbone: it is no vit-adapter");
    }

    private static Recipe recipe(String backbone) {
        return RecipeReader.parse(RUN.formatted(backbone), "test", RecipeReader.Overrides.NONE);
    }

    private Path write(String name, String backbone) throws IOException {
        Recipe recipe = recipe(backbone);
        Backbone built = recipe.backbone().build(Use.DENSE);
        SegmentationModel model =
                new SegmentationModel(built, new UperHead(new UperHead.Spec(built.widths(), 8, List.of(1, 2), 2, 0.1)));
        Path file = folder.resolve(name + ".safetensors");
        var configuration = new YAMLMapper().readTree(RecipeWriter.write(recipe));
        new ModelFile(new ModelCard(name, "segment", configuration, List.of("a", "b"), 1), model.state()).write(file);
        return file;
    }
}
