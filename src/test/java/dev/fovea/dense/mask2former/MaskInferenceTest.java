package dev.fovea.dense.mask2former;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import dev.fovea.dense.mask2former.MaskInference.PanopticRule;
import dev.fovea.tensor.Tensors;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

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
}
