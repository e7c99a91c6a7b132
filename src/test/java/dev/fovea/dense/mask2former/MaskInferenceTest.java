package dev.fovea.dense.mask2former;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import dev.fovea.dense.mask2former.MaskInference.PanopticRule;
import dev.fovea.nn.Draws;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskInferenceTest {
    private static final boolean[] THINGS = {true, false};
    private static final int NOTHING = 2;
    private static final ImagePixels SMALL = ImagePixels.of(new Size(2, 3));

    /** Queries of 2 x 3 pixels, each sure of its class (2 = no object), given by the logits of its mask. */
    private static MaskPrediction prediction(int[] classes, float[]... masks) {
        int q = classes.length;
        float[] scores = new float[3 * q], logits = new float[6 * q];
        for (int i = 0; i < q; i++) {
            scores[3 * i + classes[i]] = 9;
            System.arraycopy(masks[i], 0, logits, 6 * i, 6);
        }
        return new MaskPrediction(Tensors.of(scores, 1, q, 3), Tensors.of(logits, 1, q, 2, 3));
    }

    private static final MaskPrediction FOUR = prediction(
            new int[] {0, 1, NOTHING, 1},
            new float[] {9, -9, -9, 9, -9, -9},
            new float[] {-9, 9, -9, -9, -9, -9},
            new float[] {9, 9, 9, 9, 9, 9},
            new float[] {-9, -9, -9, -9, 9, -9});

    @Test
    void classScoresAddUpWhatTheQueriesSay() {
        Tensor scores = MaskInference.semantic(FOUR);
        long[] best = Tensors.toLongs(scores.argmax(new LongOptional(1), false));
        assertThat(List.of(best[0], best[1], best[3], best[4])).containsExactly(0L, 1L, 0L, 1L);
        assertThat(Tensors.toFloats(scores)[0]).isBetween(0.99f, 1.01f); // class 0, first pixel: one sure query
        assertThat(Tensors.toFloats(scores)[2]).isLessThan(0.01f); // the third pixel belongs to none
    }

    @Test
    void thingsAreSegmentsOfTheirOwnAndStuffOfOneClassIsOne() {
        Panoptic cut = MaskInference.panoptic(FOUR, 0, SMALL, THINGS, PanopticRule.USUAL);
        assertThat(cut.segments().stream().sorted(Comparator.comparing(Segment::id)))
                .containsExactly(new Segment(1, 0, false), new Segment(2, 1, false));
        assertThat(cut.ids()).containsExactly(1, 2, 0, 1, 2, 0);
    }

    @Test
    void twoObjectsOfOneClassStayTwo() {
        Panoptic cut = MaskInference.panoptic(
                prediction(new int[] {0, 0}, new float[] {9, -9, -9, 9, -9, -9}, new float[] {-9, 9, -9, -9, 9, -9}),
                0,
                SMALL,
                THINGS,
                PanopticRule.USUAL);
        assertThat(cut.ids()).containsExactly(1, 2, 0, 1, 2, 0);
    }

    /** The second query wants four pixels, of which a surer one takes two. */
    @Test
    void aQueryOfWhichTooLittleIsLeftIsDropped() {
        MaskPrediction two =
                prediction(new int[] {0, 1}, new float[] {9, 9, -9, -9, -9, -9}, new float[] {1, 1, -9, 1, 1, -9});
        assertThat(MaskInference.panoptic(two, 0, SMALL, THINGS, PanopticRule.USUAL)
                        .ids())
                .containsExactly(1, 1, 0, 0, 0, 0);
        PanopticRule lenient = new PanopticRule(0.8, 0.4, true);
        assertThat(MaskInference.panoptic(two, 0, SMALL, THINGS, lenient).ids()).containsExactly(1, 1, 0, 2, 2, 0);
    }

    @Test
    void pixelsOutsideOfEveryMaskAreVoidOnlyWhereThatIsAskedFor() {
        MaskPrediction one = prediction(new int[] {1}, new float[] {9, 9, 9, 9, 9, -1});
        assertThat(MaskInference.panoptic(one, 0, SMALL, THINGS, PanopticRule.USUAL)
                        .ids())
                .containsExactly(1, 1, 1, 1, 1, 0);
        assertThat(MaskInference.panoptic(one, 0, SMALL, THINGS, new PanopticRule(0.8, 0.8, false))
                        .ids())
                .containsOnly(1);
    }

    @Test
    void nothingSureGivesNoSegment() {
        MaskPrediction none = prediction(new int[] {NOTHING}, new float[] {9, 9, 9, 9, 9, 9});
        assertThat(MaskInference.panoptic(none, 0, SMALL, THINGS, PanopticRule.USUAL)
                        .segments())
                .isEmpty();
    }

    @Test
    void objectsAreScoredByClassAndMask() {
        MaskInstances found = MaskInference.instances(FOUR, 0, SMALL, THINGS, 4);
        assertThat(Tensors.toLongs(found.labels())).contains(0).doesNotContain(1);
        double best = Tensors.toDoubles(found.scores())[0];
        double sure = Math.exp(9) / (Math.exp(9) + 2) / (1 + Math.exp(-9));
        assertThat(best).isCloseTo(sure, Offset.offset(1e-5));
        assertThat(Tensors.toLongs(found.masks().select(0, 0))).containsExactly(1, 0, 0, 1, 0, 0);
    }

    @Test
    void masksGrowToTheAskedSize() {
        Panoptic cut = MaskInference.panoptic(FOUR, 0, ImagePixels.of(new Size(8, 12)), THINGS, PanopticRule.USUAL);
        assertThat(cut.ids()).hasSize(96);
        assertThat(cut.ids()[0]).isEqualTo(1);
        assertThat(List.of(cut.height(), cut.width())).containsExactly(8, 12);
    }

    /** A map of 2 x 3 cells is what the network makes of 4 x 6 pixels, of which the upper left 2 x 4 are the image. */
    @Test
    void paddingIsCutOffBeforeMasksTakeTheSizeOfTheFile() {
        ImagePixels padded = new ImagePixels(new Size(4, 6), new Size(2, 4), new Size(4, 8));
        Panoptic cut = MaskInference.panoptic(
                prediction(new int[] {0, 1}, new float[] {9, -9, 9, 9, 9, 9}, new float[] {-9, 9, -9, -9, -9, -9}),
                0,
                padded,
                THINGS,
                PanopticRule.USUAL);
        assertThat(cut.height()).isEqualTo(4);
        assertThat(cut.width()).isEqualTo(8);
        assertThat(cut.ids()).startsWith(1, 1, 1, 1, 2, 2, 2, 2);
    }

    /** Forty queries of 6 x 8 cells that are sure of their class and overlap each other. */
    private static MaskPrediction many() {
        Draws.seed(5, 1);
        Tensor classes = Draws.normal(1, 40, 8).mul(new Scalar(9));
        return new MaskPrediction(classes, Draws.normal(1, 40, 6, 8).mul(new Scalar(2)));
    }

    @Test
    void classScoresStayInSinglePrecisionUnderAutocast() {
        Tensor exact = MaskInference.semantic(many());
        try (Precision.Scope cast = Precision.BF16.open()) {
            Tensor scores = MaskInference.semantic(many());
            assertThat(scores.scalar_type().intern()).isEqualTo(ScalarType.Float);
            assertThat(Tensors.toFloats(scores)).isEqualTo(Tensors.toFloats(exact));
        }
    }

    /**
     * Every pixel by the plain formula, over all queries at once.
     *
     * @param labels of the queries that are sure
     * @param winners which of them takes a pixel
     * @param likely their masks' probabilities, query by query
     */
    private record Straight(long[] labels, long[] winners, float[] likely) {
        static Straight of(MaskPrediction prediction, ImagePixels pixels, double score) {
            Tensor probabilities = prediction.classes().select(0, 0).softmax(-1);
            Tensor best = probabilities.amax(new long[] {-1}, false);
            Tensor labels = probabilities.argmax(new LongOptional(-1), false);
            Tensor sure = best.gt(new Scalar(score))
                    .logical_and(labels.lt(new Scalar(THINGS_ALONE.length)))
                    .nonzero()
                    .reshape(-1);
            Tensor masks = pixels.of(prediction.masks().select(0, 0).index_select(0, sure))
                    .sigmoid();
            Tensor products = masks.mul(best.index_select(0, sure).reshape(-1, 1, 1));
            return new Straight(
                    Tensors.toLongs(labels.index_select(0, sure)),
                    Tensors.toLongs(products.argmax(new LongOptional(0), false)),
                    Tensors.toFloats(masks));
        }

        boolean inside(long query, int pixel) {
            return likely[(int) query * winners.length + pixel] >= 0.5f;
        }

        double visible(long query) {
            long whole = IntStream.range(0, winners.length)
                    .filter(p -> inside(query, p))
                    .count();
            return (double) LongStream.of(winners).filter(q -> q == query).count() / whole;
        }
    }

    private static final boolean[] THINGS_ALONE = {true, true, true, true, true, true, true};

    /** What some queries at a time give is what all at once do. */
    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "false, 0.1", "true, 0.1"})
    void everyPixelGoesToTheLikeliestOfAllQueries(boolean onlyInside, double visible) {
        ImagePixels pixels = ImagePixels.of(new Size(48, 64));
        Straight straight = Straight.of(many(), pixels, 0.5);
        assertThat(straight.labels()).hasSizeGreaterThan(17);
        double[] shares = LongStream.range(0, straight.labels().length)
                .mapToDouble(straight::visible)
                .toArray();

        Panoptic cut =
                MaskInference.panoptic(many(), 0, pixels, THINGS_ALONE, new PanopticRule(0.5, visible, onlyInside));
        Map<Integer, Integer> labelOf = new HashMap<>();
        cut.segments().forEach(segment -> labelOf.put(segment.id(), segment.label()));
        Map<Long, Integer> idOf = new HashMap<>();
        for (int p = 0; p < cut.ids().length; p++) {
            long winner = straight.winners()[p];
            int id = cut.ids()[p];
            if (shares[(int) winner] < visible || onlyInside && !straight.inside(winner, p)) {
                assertThat(id).isEqualTo(Panoptic.VOID);
            } else {
                idOf.putIfAbsent(winner, id);
                assertThat(id).isEqualTo(idOf.get(winner));
                assertThat(labelOf.get(id)).isEqualTo((int) straight.labels()[(int) winner]);
            }
        }
        assertThat(idOf.values()).doesNotHaveDuplicates().hasSameSizeAs(labelOf.keySet());
    }
}
