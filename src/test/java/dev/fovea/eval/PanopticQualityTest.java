package dev.fovea.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.SharedData;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Segment;
import dev.fovea.data.source.CocoPanoptic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PanopticQualityTest {
    private static final int THING = 0;
    private static final int STUFF = 1;
    private static final boolean[] THINGS = {true, false, true};
    private static final Offset<Double> EXACT = within(1e-12);

    private static Segment segment(int id, int label) {
        return new Segment(id, label, false);
    }

    /** Four rows of four pixels. */
    private static Panoptic map(List<Segment> segments, int... ids) {
        return new Panoptic(4, 4, ids, segments);
    }

    private static final Panoptic TRUTH =
            map(List.of(segment(7, THING), segment(9, STUFF)), 7, 7, 9, 9, 7, 7, 9, 9, 7, 7, 0, 0, 7, 7, 0, 0);

    /**
     * The thing is found but for its last row: 6 of 8 pixels, which another prediction takes. The stuff is found, and void
     * besides, which does not count: union 8 + 4 - 4 - 4.
     */
    @Test
    void anExampleByHand() {
        PanopticQuality quality = new PanopticQuality(THINGS);
        quality.add(
                map(
                        List.of(segment(1, THING), segment(2, STUFF), segment(3, THING)),
                        1,
                        1,
                        2,
                        2,
                        1,
                        1,
                        2,
                        2,
                        1,
                        1,
                        2,
                        2,
                        3,
                        3,
                        2,
                        2),
                TRUTH);
        assertThat(quality.sq(THING)).isCloseTo(0.75, EXACT);
        assertThat(quality.rq(THING)).isCloseTo(1 / 1.5, EXACT);
        assertThat(quality.pq(THING)).isCloseTo(0.5, EXACT);
        assertThat(quality.pq(STUFF)).isCloseTo(1, EXACT);
        assertThat(quality.pq(2)).isNaN();
        Map<String, Double> values = quality.values();
        assertThat(values.keySet())
                .containsExactly(
                        "PQ", "SQ", "RQ", "PQ_things", "SQ_things", "RQ_things", "PQ_stuff", "SQ_stuff", "RQ_stuff");
        assertThat(values.get("PQ")).isCloseTo(0.75, EXACT);
        assertThat(values.get("SQ")).isCloseTo(0.875, EXACT);
        assertThat(values.get("RQ")).isCloseTo((1 / 1.5 + 1) / 2, EXACT);
        assertThat(values.get("PQ_things")).isCloseTo(0.5, EXACT);
        assertThat(values.get("PQ_stuff")).isCloseTo(1, EXACT);
    }

    @Test
    void halfOfTheUnionIsNoMatchAndAnotherClassNeither() {
        PanopticQuality quality = new PanopticQuality(THINGS);
        quality.add(
                map(List.of(segment(1, THING), segment(2, 2)), 1, 1, 2, 2, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0), TRUTH);
        assertThat(quality.pq(THING)).isZero();
        assertThat(quality.sq(THING)).isZero();
        assertThat(quality.pq(STUFF)).isZero();
        assertThat(quality.pq(2)).isZero();
        assertThat(quality.values().get("PQ")).isZero();
    }

    /** The prediction of class 0 lies half and one pixel in void and crowd together; a third class has no crowd. */
    @Test
    void predictionsThatAreMostlyVoidOrCrowdOfTheirClassAreNoMistakes() {
        Panoptic crowded = map(
                List.of(new Segment(5, THING, true), segment(6, STUFF)),
                5,
                5,
                6,
                6,
                5,
                5,
                6,
                6,
                0,
                0,
                6,
                6,
                0,
                0,
                6,
                6);
        Panoptic guess =
                map(List.of(segment(1, THING), segment(2, STUFF)), 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2);
        PanopticQuality quality = new PanopticQuality(THINGS);
        quality.add(guess, crowded);
        assertThat(quality.pq(THING)).isNaN();
        assertThat(quality.values().get("PQ")).isCloseTo(1, EXACT);

        Panoptic wrong = map(List.of(segment(1, 2), segment(2, STUFF)), 1, 1, 2, 2, 1, 1, 2, 2, 1, 2, 2, 2, 2, 2, 2, 2);
        PanopticQuality other = new PanopticQuality(THINGS);
        other.add(wrong, crowded);
        assertThat(other.pq(2)).isZero(); // a fifth in void, and the crowd is of another class
    }

    @Test
    void anythingAgainstItselfIsPerfectWhateverItsNumbers() {
        Random random = new Random(4);
        PanopticQuality quality = new PanopticQuality(THINGS);
        for (int i = 0; i < 20; i++) {
            Panoptic truth = random(random);
            List<Segment> renamed = new ArrayList<>();
            truth.segments().forEach(s -> renamed.add(0, segment(s.id() + 100, s.label())));
            int[] ids =
                    Arrays.stream(truth.ids()).map(id -> id == 0 ? 0 : id + 100).toArray();
            quality.add(new Panoptic(6, 8, ids, renamed), truth);
        }
        assertThat(quality.values().values())
                .allSatisfy(value -> assertThat(value).isCloseTo(1, EXACT));
    }

    @Test
    void qualityIsTheProductOfItsTwoFactorsAndBothLieBetweenZeroAndOne() {
        Random random = new Random(5);
        PanopticQuality quality = new PanopticQuality(THINGS);
        for (int i = 0; i < 30; i++) {
            Panoptic truth = random(random);
            int[] ids = truth.ids().clone();
            for (int p = 0; p < ids.length; p += 3 + random.nextInt(3)) {
                ids[p] = truth.segments()
                        .get(random.nextInt(truth.segments().size()))
                        .id();
            }
            List<Segment> left = truth.segments().stream()
                    .filter(s -> Arrays.stream(ids).anyMatch(id -> id == s.id()))
                    .toList();
            quality.add(new Panoptic(6, 8, ids, left), truth);
        }
        for (int label = 0; label < THINGS.length; label++) {
            assertThat(quality.pq(label)).isCloseTo(quality.sq(label) * quality.rq(label), EXACT);
            assertThat(quality.sq(label)).isBetween(0.5, 1.0);
            assertThat(quality.rq(label)).isBetween(0.0, 1.0);
        }
    }

    private static Panoptic random(Random random) {
        int[] ids = random.ints(48, 0, 5).toArray();
        List<Segment> segments = new ArrayList<>();
        for (int id = 1; id < 5; id++) {
            int wanted = id;
            if (Arrays.stream(ids).anyMatch(found -> found == wanted)) {
                segments.add(segment(id, random.nextInt(THINGS.length)));
            }
        }
        return new Panoptic(6, 8, ids, segments);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        PanopticQuality quality = new PanopticQuality(new boolean[] {true});
        assertThatThrownBy(() -> quality.add(TRUTH, new Panoptic(1, 1, new int[1], List.of())))
                .hasMessage("a prediction of 4 x 4 does not fit a truth of 1 x 1 (height x width)");
        assertThatThrownBy(() -> quality.add(TRUTH, TRUTH))
                .hasMessage("segment 9: label 1 is not below 1, the number of classes");
        assertThatThrownBy(() -> new Panoptic(1, 2, new int[] {1, 2}, List.of(segment(1, 0))))
                .hasMessage("pixels have the id 2, but no segment has");
        assertThatThrownBy(() -> new Panoptic(1, 1, new int[] {1}, List.of(segment(1, 0), segment(2, 0))))
                .hasMessage("segments [2] have no pixels");
    }

    private static CocoPanoptic coco() {
        Path folder = SharedData.folder("coco_cc");
        return CocoPanoptic.open(folder.resolve("annotations/panoptic_val.json"), folder.resolve("panoptic_val"));
    }

    @Test
    void cocosPanopticLabelsAgainstThemselvesArePerfect() throws IOException {
        CocoPanoptic labels = coco();
        assertThat(labels.size()).isEqualTo(27);
        assertThat(labels.classNames())
                .hasSize(133)
                .startsWith("person", "bicycle")
                .endsWith("rug-merged");
        PanopticQuality quality = new PanopticQuality(labels.classes().thingFlags());
        for (int i = 0; i < labels.size(); i++) {
            Panoptic truth = labels.read(i);
            quality.add(truth, truth);
        }
        assertThat(quality.values().values())
                .allSatisfy(value -> assertThat(value).isCloseTo(1, EXACT));
    }

    /** The first segment of every image is missed; what is left is perfect, so PQ of a class is its F1 score. */
    @Test
    void withOneSegmentOfEachImageMissedTheQualityIsAsCounted() throws IOException {
        CocoPanoptic labels = coco();
        int classes = labels.classes().count();
        PanopticQuality quality = new PanopticQuality(labels.classes().thingFlags());
        int[] found = new int[classes], missed = new int[classes];
        for (int i = 0; i < labels.size(); i++) {
            Panoptic truth = labels.read(i);
            Segment gone = truth.segments().get(0);
            int[] ids = Arrays.stream(truth.ids())
                    .map(id -> id == gone.id() ? 0 : id)
                    .toArray();
            List<Segment> left = truth.segments().subList(1, truth.segments().size());
            quality.add(new Panoptic(truth.height(), truth.width(), ids, left), truth);
            truth.segments().stream().filter(s -> !s.crowd()).forEach(s -> {
                (s == gone ? missed : found)[s.label()]++;
            });
        }
        double sum = 0;
        int occurring = 0;
        for (int label = 0; label < classes; label++) {
            if (found[label] + missed[label] > 0) {
                double expected = found[label] / (found[label] + 0.5 * missed[label]);
                assertThat(quality.pq(label)).as("class " + label).isCloseTo(expected, EXACT);
                sum += expected;
                occurring++;
            }
        }
        assertThat(Arrays.stream(missed).sum()).isGreaterThan(20);
        assertThat(quality.values().get("PQ")).isCloseTo(sum / occurring, EXACT).isLessThan(0.95);
    }
}
