package dev.fovea.dense.detect.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SuppressionTest {
    private static final int N = 200;
    private static final HardNms HARD = new HardNms(0.4);
    private final RandomBoxes random = new RandomBoxes(6);
    private final Tensor boxes = random.boxes(N, 60);
    private final Tensor scores = random.scores(N);
    private final Tensor groups = random.groups(N, 3);

    @Test
    void whatIsLeftDoesNotOverlapAndIsInOrder() {
        Suppression.Kept kept = HARD.apply(boxes, scores, null);
        Tensor left = boxes.index_select(0, kept.kept());
        long n = left.size(0);
        Tensor overlaps = BoxOverlap.IOU.pairwise(left, left).triu(1);
        assertThat(n).isBetween(5L, N - 1L);
        assertThat(Tensors.item(overlaps.max())).isLessThanOrEqualTo(0.4);
        float[] ordered = Tensors.toFloats(kept.scores());
        for (int i = 1; i < n; i++) {
            assertThat(ordered[i]).isLessThanOrEqualTo(ordered[i - 1]);
        }
    }

    @Test
    void whatWentOverlapsABetterOneThatStays() {
        Suppression.Kept kept = HARD.apply(boxes, scores, null);
        List<Long> stays = new ArrayList<>();
        for (long i : Tensors.toLongs(kept.kept())) {
            stays.add(i);
        }
        Tensor overlaps = BoxOverlap.IOU.pairwise(boxes, boxes.index_select(0, kept.kept()));
        Tensor better = scores.index_select(0, kept.kept()).unsqueeze(0).gt(scores.unsqueeze(1));
        long[] covered =
                Tensors.toLongs(overlaps.gt(new Scalar(0.4)).logical_and(better).any(1));
        for (int i = 0; i < N; i++) {
            assertThat(covered[i] == 1).isEqualTo(!stays.contains((long) i));
        }
    }

    @Test
    void suppressingTwiceIsSuppressingOnce() {
        Suppression.Kept kept = HARD.apply(boxes, scores, groups);
        Suppression.Kept again =
                HARD.apply(boxes.index_select(0, kept.kept()), kept.scores(), groups.index_select(0, kept.kept()));
        assertThat(Tensors.toLongs(again.kept()))
                .containsExactly(Tensors.toLongs(Tensors.range(0, kept.kept().size(0))));
    }

    @Test
    void groupsLeaveEachOtherAlone() {
        for (Suppression suppression : List.of(HARD, new SoftNms(0.3))) {
            long together = suppression.apply(boxes, scores, groups).kept().size(0);
            long apart = 0;
            for (int g = 0; g < 3; g++) {
                Tensor members = groups.eq(new Scalar(g)).nonzero().reshape(-1);
                apart += suppression
                        .apply(boxes.index_select(0, members), scores.index_select(0, members), null)
                        .kept()
                        .size(0);
            }
            assertThat(together).isEqualTo(apart);
        }
        assertThat(new HardNms(0.4, false).apply(boxes, scores, groups).kept().size(0))
                .isEqualTo(HARD.apply(boxes, scores, null).kept().size(0));
    }

    @Test
    void theBestAreTheFirstOfAll() {
        for (Suppression suppression : List.of(HARD, new SoftNms(0.3))) {
            Suppression.Kept all = suppression.apply(boxes, scores, groups);
            Suppression.Kept seven = suppression.apply(boxes, scores, groups, 7);
            assertThat(Tensors.toLongs(seven.kept()))
                    .containsExactly(Tensors.toLongs(all.kept().narrow(0, 0, 7)));
        }
    }

    @Test
    void softSuppressionThatTakesAllScoreIsHard() {
        SoftNms naive = new SoftNms(SoftNms.Method.NAIVE, 0.4, 0.5, 1e-9, true);
        assertThat(Tensors.toLongs(naive.apply(boxes, scores, groups).kept()))
                .containsExactly(
                        Tensors.toLongs(HARD.apply(boxes, scores, groups).kept()));
    }

    @Test
    void aTwinLosesItsScoreByTheMethod() {
        Tensor twins = Tensors.of(new float[] {0, 0, 10, 10, 0, 0, 10, 8}, 2, 4); // IoU 0.8
        Tensor two = Tensors.of(new float[] {0.9f, 0.8f}, 2);
        assertThat(second(SoftNms.Method.LINEAR, twins, two)).isCloseTo(0.8f * 0.2f, within(1e-5f));
        assertThat(second(SoftNms.Method.GAUSSIAN, twins, two))
                .isCloseTo(0.8f * (float) Math.exp(-0.64 / 0.5), within(1e-5f));
    }

    private static float second(SoftNms.Method method, Tensor boxes, Tensor scores) {
        SoftNms soft = new SoftNms(method, 0.3, 0.5, 1e-3, true);
        return Tensors.toFloats(soft.apply(boxes, scores, null).scores())[1];
    }

    @Test
    void nothingIsLeftOfNothing() {
        for (Suppression suppression : List.of(HARD, new SoftNms(0.3))) {
            Suppression.Kept none = suppression.apply(Tensors.zeros(0, 4), Tensors.zeros(0), Tensors.range(0, 0));
            assertThat(none.kept().size(0)).isZero();
        }
        ScoredBoxes found = new ClasswiseNms(2, HARD, 10).apply(boxes, scores.unsqueeze(1));
        assertThat(found.boxes().size(0)).isZero();
        assertThat(found.boxes().size(1)).isEqualTo(4);
    }

    @Test
    void everyClassFindsItsOwnBoxes() {
        Tensor perClass = Tensors.stack(1, List.of(scores, scores.neg().add(new Scalar(1.0)))); // [N, 2]
        ScoredBoxes found =
                new ClasswiseNms(0.5, HARD, 0).apply(Tensors.cat(1, boxes, boxes.add(new Scalar(100))), perClass);
        long[] labels = Tensors.toLongs(found.labels());
        float[] sides = Tensors.toFloats(found.boxes());
        assertThat(labels).contains(0, 1);
        for (int i = 0; i < labels.length; i++) {
            assertThat(sides[4 * i] >= 100).isEqualTo(labels[i] == 1);
        }
    }

    @Test
    void boundsOutsideZeroToOneAreRefused() {
        assertThatThrownBy(() -> new HardNms(1.5))
                .hasMessage("bound 1.5 of non-maximum suppression is not between 0 and 1");
    }
}
