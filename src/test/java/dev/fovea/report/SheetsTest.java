package dev.fovea.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.backbone.Size;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.augment.Normalize;
import dev.fovea.data.scenes.SceneClass;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.pretrain.LocatesViews;
import dev.fovea.pretrain.Reconstructs.Reconstruction;
import dev.fovea.report.AttentionSheet.Gaze;
import dev.fovea.tensor.Tensors;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SheetsTest {
    private static final int SIZE = 160;
    private static final int LEFT = 16;
    private static final int TOP = 16 + 26;
    private static final int STRIDE = SIZE + 8;

    private final Image image = new SceneGenerator(SIZE).generate(1, 2).image();

    @Test
    void aNormalisedTensorBecomesTheImageItCameFrom() {
        assertSame(Pixels.of(tensor(image), Normalize.IMAGENET), Pixels.of(image));
        assertThat(Pixels.of(image).getRGB(5, 9) & 0xff).isEqualTo(image.at(5, 9, 2));
    }

    @Test
    void aTensorThatIsNoImageIsRefused() {
        assertThatThrownBy(() -> Pixels.of(Tensors.zeros(1, 3, 8, 8), Normalize.IMAGENET))
                .hasMessage("a picture needs shape 3xHxW, not 1x3x8x8");
    }

    @Test
    void smallImagesAreEnlargedWithoutBlurAndLargeOnesReduced() {
        BufferedImage small = Pixels.of(new SceneGenerator(32).generate(1, 1).image());
        BufferedImage enlarged = Pixels.scaled(small, 160);
        assertThat(enlarged.getWidth()).isEqualTo(160);
        assertThat(enlarged.getRGB(5 * 7 + 4, 5 * 3)).isEqualTo(small.getRGB(7, 3));
        assertThat(Pixels.scaled(new BufferedImage(500, 300, BufferedImage.TYPE_INT_RGB), 160))
                .extracting(BufferedImage::getWidth, BufferedImage::getHeight)
                .containsExactly(160, 96);
    }

    @Test
    void aReconstructionKeepsVisiblePixelsAndTakesHiddenOnesFromThePrediction() {
        Tensor images = tensor(image).unsqueeze(0);
        Tensor predicted = Tensors.zeros(1, 3, SIZE, SIZE);
        float[] hidden = new float[SIZE * SIZE];
        for (int i = 0; i < hidden.length / 2; i++) {
            hidden[i] = 1;
        }
        Reconstruction reconstruction = new Reconstruction(predicted, Tensors.of(hidden, 1, 1, SIZE, SIZE));

        BufferedImage sheet = ReconstructionSheet.draw(images, reconstruction, Normalize.IMAGENET, List.of());

        int mean = Pixels.of(Tensors.zeros(3, 1, 1), Normalize.IMAGENET).getRGB(0, 0);
        BufferedImage input = Pixels.of(image);
        assertThat(sheet.getRGB(LEFT + 30, TOP + 20)).isEqualTo(input.getRGB(30, 20));
        assertThat(sheet.getRGB(LEFT + STRIDE + 30, TOP + 20)).isNotEqualTo(input.getRGB(30, 20));
        assertThat(sheet.getRGB(LEFT + STRIDE + 30, TOP + 120)).isEqualTo(input.getRGB(30, 120));
        assertThat(sheet.getRGB(LEFT + 2 * STRIDE + 30, TOP + 120)).isEqualTo(mean);
        assertThat(sheet.getRGB(LEFT + 3 * STRIDE + 30, TOP + 20)).isEqualTo(mean);
        assertThat(sheet.getRGB(LEFT + 3 * STRIDE + 30, TOP + 120)).isEqualTo(input.getRGB(30, 120));
    }

    @Test
    void aReconstructionOfOtherImagesIsRefused() {
        Reconstruction other = new Reconstruction(Tensors.zeros(2, 3, 8, 8), Tensors.zeros(2, 1, 8, 8));
        assertThatThrownBy(
                        () -> ReconstructionSheet.draw(Tensors.zeros(1, 3, 8, 8), other, Normalize.IMAGENET, List.of()))
                .hasMessage("a reconstruction of shape 2x3x8x8 does not fit images of shape 1x3x8x8");
    }

    @Test
    void patchesOfAQueryArePutWhereTheyBelongAndWhereTheyWerePlaced() {
        int half = SIZE / 2;
        Tensor reference = Tensors.zeros(1, 3, SIZE, SIZE);
        Tensor query = tensor(image).unsqueeze(0);
        Tensor targets = Tensors.of(new long[] {3, -1, -1, -1}, 1, 4);
        Tensor places = Tensors.of(new long[] {1, 0, 0, 0}, 1, 4);

        BufferedImage sheet = PositionSheet.draw(
                reference, new LocatesViews.Placement(query, targets, places), Normalize.IMAGENET, List.of());

        BufferedImage input = Pixels.of(image);
        int belongs = LEFT + 2 * STRIDE, placed = LEFT + 3 * STRIDE;
        assertThat(sheet.getRGB(LEFT + STRIDE + 20, TOP + 30)).isEqualTo(input.getRGB(20, 30));
        assertThat(sheet.getRGB(belongs + half + 20, TOP + half + 30)).isEqualTo(input.getRGB(20, 30));
        assertThat(sheet.getRGB(placed + half + 20, TOP + 30)).isEqualTo(input.getRGB(20, 30));
        assertThat(sheet.getRGB(placed + 20, TOP + 30)).isEqualTo(sheet.getRGB(belongs + 20, TOP + 30));
    }

    @Test
    void attentionIsBrightAtItsPeakAndTheAskingPatchIsFramed() {
        BufferedImage white = Ink.sheet(SIZE, SIZE);
        float[] map = {0, 0.2f, 0, 0.1f};
        Gaze gaze = new Gaze(new Size(2, 2), 2, map, Optional.empty());

        BufferedImage sheet = new AttentionSheet().add("", white, gaze).draw();

        assertThat(sheet.getWidth()).isEqualTo(2 * LEFT + STRIDE + SIZE); // no decoder, no column for it
        int encoder = LEFT + STRIDE;
        Color peak = new Color(sheet.getRGB(encoder + 120, TOP + 40));
        Color nothing = new Color(sheet.getRGB(encoder + 40, TOP + 40));
        Color half = new Color(sheet.getRGB(encoder + 120, TOP + 120));
        assertThat(peak.getRed()).isGreaterThan(240).isGreaterThan(half.getRed());
        assertThat(half.getRed()).isGreaterThan(nothing.getRed() + 60);
        for (int column : new int[] {LEFT, encoder}) {
            assertThat(sheet.getRGB(column, TOP + 81)).isEqualTo(0xff35e0ff);
            assertThat(sheet.getRGB(column + 81, TOP + 81)).isNotEqualTo(0xff35e0ff);
        }
    }

    @Test
    void aModelWithoutDecoderLeavesItsCellEmptyBesideOneThatHasIt() {
        Gaze with = new Gaze(new Size(1, 2), 0, new float[] {1, 0}, Optional.of(new float[] {0, 1}));
        Gaze without = new Gaze(new Size(1, 2), 0, new float[] {1, 0}, Optional.empty());
        BufferedImage white = Ink.sheet(SIZE, SIZE);
        BufferedImage sheet = new AttentionSheet()
                .add("", white, with)
                .add("", white, without)
                .draw();
        int decoder = LEFT + 2 * STRIDE;
        assertThat(new Color(sheet.getRGB(decoder + 120, TOP + 40)).getRed()).isGreaterThan(240);
        assertThat(new Color(sheet.getRGB(decoder + 120, TOP + SIZE + 20 + 8 + 40)))
                .isEqualTo(Ink.LINE);
    }

    @Test
    void aLevelIsDrawnInItsColoursAtTheSizeOfTheImage() {
        float[] colours = {1, 0, 0, 0, 0.5f, 0, 0, 0, 1, 1, 1, 1};
        var level = new LevelSheet.Level(32, new Size(2, 2), colours, 0.5);
        BufferedImage sheet =
                new LevelSheet().add("", Ink.sheet(224, 224), List.of(level)).draw();
        int map = LEFT + 224 + 8;
        assertThat(sheet.getRGB(map + 10, TOP + 10)).isEqualTo(0xffff0000);
        assertThat(sheet.getRGB(map + 200, TOP + 10)).isEqualTo(0xff008000);
        assertThat(sheet.getRGB(map + 10, TOP + 200)).isEqualTo(0xff0000ff);
        assertThat(sheet.getRGB(map + 200, TOP + 200)).isEqualTo(0xffffffff);
        assertThatThrownBy(() -> new LevelSheet.Level(4, new Size(2, 3), colours, 1))
                .hasMessage("12 colours do not fill a map of 2x3");
    }

    @Test
    void aSampledPointIsADotWhoseAreaIsItsWeightAndTheAskingPixelIsMarked() {
        var points = new SamplingSheet.Points(
                1, 3, new float[] {0.25f, 0.75f, 1.5f}, new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.8f, 0.2f, 0});
        BufferedImage sheet = new SamplingSheet(Ink.sheet(320, 320), 160, 40)
                .rows(List.of(new SamplingSheet.Interaction(Optional.empty(), Optional.of(points))))
                .draw();
        int left = sheet.getWidth() - LEFT - 320;
        assertThat(sheet.getRGB(left + 160, TOP + 40)).isEqualTo(0xff35e0ff);
        int heavy = dot(sheet, left + 80, TOP + 160), light = dot(sheet, left + 240, TOP + 160);
        assertThat(heavy).isBetween(18, 24);
        assertThat(light).isBetween(8, 12); // half the diameter, a quarter of the area
    }

    /** Pixels of the finest level's colour in a row through a dot's middle. */
    private static int dot(BufferedImage sheet, int x, int y) {
        int count = 0;
        for (int i = -30; i < 30; i++) {
            Color colour = new Color(sheet.getRGB(x + i, y));
            count += colour.getRed() > 200 && colour.getBlue() < 150 ? 1 : 0;
        }
        return count;
    }

    @Test
    void errorsAreRedAndIgnoredPixelsAreNeither() {
        byte[] truth = new byte[SIZE * SIZE];
        byte[] prediction = new byte[SIZE * SIZE];
        truth[0] = (byte) LabelMap.IGNORE;
        prediction[1] = 1;
        BufferedImage white = Ink.sheet(SIZE, SIZE);

        BufferedImage sheet = new SegmentationSheet(SceneClass.names())
                .add("", white, new LabelMap(SIZE, SIZE, truth), new LabelMap(SIZE, SIZE, prediction))
                .draw();

        int errors = LEFT + 3 * STRIDE;
        assertThat(new Color(sheet.getRGB(errors, TOP))).isEqualTo(new Color(0xae, 0xb4, 0xbc));
        assertThat(new Color(sheet.getRGB(errors + 1, TOP)).getRed())
                .isGreaterThan(new Color(sheet.getRGB(errors + 1, TOP)).getGreen() + 80);
        assertThat(sheet.getRGB(errors + 2, TOP)).isEqualTo(Color.WHITE.getRGB());
    }

    @Test
    void labelsThatDoNotFitTheImageAreRefused() {
        assertThatThrownBy(() -> new SegmentationSheet(List.of())
                        .add("", new BufferedImage(4, 5, 1), new LabelMap(4, 4, new byte[16])))
                .hasMessage("labels of 4 x 4 do not fit an image of 4 x 5");
    }

    @Test
    void classesHaveDifferentColours() {
        Set<Color> colours = new HashSet<>();
        for (int label = 0; label < 150; label++) {
            colours.add(Palette.of(List.of("background")).colour(label));
        }
        assertThat(colours).hasSize(150).doesNotContain(Palette.IGNORED);
    }

    @Test
    void aConfusionSheetDarkensWithTheShareOfItsRow() {
        BufferedImage drawn = ConfusionSheet.draw(new long[][] {{90, 10}, {500, 500}}, List.of("a", "b"));
        int right = drawn.getWidth() - 16, left = right - 2 * 44, top = 16 + 22;
        assertThat(Stream.of(
                        brightness(drawn, left, top),
                        brightness(drawn, left, top + 44),
                        brightness(drawn, left + 44, top)))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThatThrownBy(() -> ConfusionSheet.draw(new long[][] {{1, 2}, {3}}, List.of("a", "b")))
                .hasMessage("a confusion matrix of 2 rows has a row of 1");
    }

    private static int brightness(BufferedImage drawn, int x, int y) {
        Color colour = new Color(drawn.getRGB(x + 2, y + 2));
        return colour.getRed() + colour.getGreen() + colour.getBlue();
    }

    @Test
    void aPictureIsFoundByNameAndStepWithItsCaption(@TempDir Path folder) throws IOException {
        Path file = new Pictures(folder).write("reconstruction", 120, Pixels.of(image), "Validation images");
        assertThat(file.getFileName()).hasToString("reconstruction_00000120.png");
        assertThat(folder.resolve("reconstruction_00000120.txt")).hasContent("Validation images\n");
        assertSame(ImageIO.read(file.toFile()), Pixels.of(image));
        assertThatThrownBy(() -> new Pictures(folder).write("../x", 1, Pixels.of(image), ""))
                .hasMessage("picture name '../x' is not lower-case letters, digits and hyphens");
    }

    private static Tensor tensor(Image image) {
        return Tensors.of(Normalize.IMAGENET.of(image).chw(), 3, image.height(), image.width());
    }

    private static void assertSame(BufferedImage a, BufferedImage b) {
        assertThat(a.getRGB(0, 0, a.getWidth(), a.getHeight(), null, 0, a.getWidth()))
                .isEqualTo(b.getRGB(0, 0, b.getWidth(), b.getHeight(), null, 0, b.getWidth()));
    }
}
