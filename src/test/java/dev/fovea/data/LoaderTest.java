package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoaderTest {
    private static final SampleTransform<Integer, Labelled<FloatImage>> NOISY =
            (index, rng) -> new Labelled<>(new FloatImage(1, 1, 2, new float[] {index, (float) rng.uniform()}), index);

    /** Sample i is the number i; the given ones cannot be read. */
    private record Numbers(int size, Set<Integer> broken) implements Source<Integer> {
        @Override
        public String name(int index) {
            return "file" + index;
        }

        @Override
        public Integer read(int index) throws DecodeException {
            if (broken.contains(index)) {
                throw new DecodeException(name(index), "the file is empty");
            }
            return index;
        }
    }

    private static Loader<LabelledBatch> loader(Source<Integer> source, LoaderOptions options) {
        return Loader.of(source, NOISY, LabelledBatch::collate, options, line -> {});
    }

    private static String text(LabelledBatch batch) {
        return batch.names() + " " + java.util.Arrays.toString(Tensors.toFloats(batch.images()));
    }

    private static List<String> take(Loader<LabelledBatch> loader, Position start, int batches) {
        List<String> texts = new ArrayList<>();
        try (var stream = loader.from(start)) {
            for (int i = 0; i < batches; i++) {
                texts.add(text(stream.next()));
            }
        }
        return texts;
    }

    @Test
    void streamIsTheSameForAnyNumberOfThreads() {
        LoaderOptions options = LoaderOptions.training(4, 7);
        Source<Integer> source = new Numbers(23, Set.of(3, 11));
        List<List<String>> streams = new ArrayList<>();
        for (int threads : new int[] {0, 1, 3, 8}) {
            streams.add(take(loader(source, options.withThreads(threads).withMaxBadShare(0.5)), Position.START, 17));
        }
        assertThat(new HashSet<>(streams)).hasSize(1);
        assertThat(new HashSet<>(streams.get(0))).as("no batch is repeated").hasSize(17);
    }

    @Test
    void streamOpenedInTheMiddleContinuesWithTheSameBatches() {
        Loader<LabelledBatch> loader = loader(new Numbers(23, Set.of()), LoaderOptions.training(4, 7));
        try (var stream = loader.from(Position.START)) {
            for (int i = 0; i < 8; i++) {
                stream.next();
            }
            assertThat(stream.position()).isEqualTo(new Position(1, 3));
            assertThat(take(loader, stream.position(), 5))
                    .containsExactly(
                            text(stream.next()),
                            text(stream.next()),
                            text(stream.next()),
                            text(stream.next()),
                            text(stream.next()));
        }
        assertThat(take(loader, new Position(0, 5), 1)).isEqualTo(take(loader, new Position(1, 0), 1));
    }

    @Test
    void otherSeedsAndEpochsGiveOtherOrdersAndDraws() {
        Source<Integer> source = new Numbers(40, Set.of());
        List<String> first = take(loader(source, LoaderOptions.training(40, 1)), Position.START, 2);
        List<String> other = take(loader(source, LoaderOptions.training(40, 2)), Position.START, 2);
        assertThat(first).doesNotHaveDuplicates().doesNotContainAnyElementsOf(other);
    }

    @Test
    void trainingEpochVisitsEachSampleOnceAndDropsTheRest() {
        Loader<LabelledBatch> loader = loader(new Numbers(23, Set.of()), LoaderOptions.training(4, 7));
        List<String> names = new ArrayList<>();
        try (var epoch = loader.epoch(3)) {
            epoch.forEachRemaining(batch -> names.addAll(batch.names()));
        }
        assertThat(loader.batchesPerEpoch()).isEqualTo(5);
        assertThat(names).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void evaluationKeepsOrderAndLeavesBadFilesOut() {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        LoaderOptions options = LoaderOptions.evaluation(2).withMaxBadShare(0.5);
        Loader<LabelledBatch> loader = Loader.of(
                new Numbers(7, Set.of(1, 2, 3, 6)),
                NOISY,
                LabelledBatch::collate,
                options.withMaxBadShare(0.6),
                told::add);
        List<List<String>> batches = new ArrayList<>();
        for (int pass = 0; pass < 2; pass++) {
            batches.clear();
            try (var epoch = loader.epoch(0)) {
                epoch.forEachRemaining(batch -> batches.add(batch.names()));
            }
        }
        assertThat(batches).containsExactly(List.of("file0"), List.of("file4", "file5"));
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "skipped file1: the file is empty",
                        "skipped file2: the file is empty",
                        "skipped file3: the file is empty",
                        "skipped file6: the file is empty");
        assertThat(loader.badFiles().reasons()).containsOnlyKeys("file1", "file2", "file3", "file6");
    }

    @Test
    void trainingReplacesABadFileByTheNextGoodOne() {
        Loader<LabelledBatch> loader =
                loader(new Numbers(8, Set.of(5)), LoaderOptions.training(8, 1).withMaxBadShare(0.2));
        try (var stream = loader.from(Position.START)) {
            List<String> names = stream.next().names();
            assertThat(names).hasSize(8).doesNotContain("file5");
            assertThat(new HashSet<>(names)).hasSize(7);
        }
    }

    @Test
    void moreBadFilesThanTheShareStopTheRun() {
        LoaderOptions options = LoaderOptions.training(5, 1).withThreads(2).withMaxBadShare(0.1);
        Loader<LabelledBatch> loader = loader(new Numbers(10, Set.of(2, 4)), options);
        assertThatThrownBy(() -> take(loader, Position.START, 4))
                .isInstanceOf(TooManyBadFilesException.class)
                .hasMessageMatching(
                        "2 of 10 files cannot be read, more than the share of 0.1 that data.maxBadShare allows;"
                                + " file[24]: the file is empty");
    }

    @Test
    void trainingOnBadFilesAloneStopsWhateverTheShare() {
        Loader<LabelledBatch> loader = loader(
                new Numbers(2, Set.of(0, 1)), LoaderOptions.training(2, 1).withMaxBadShare(1));
        assertThatThrownBy(() -> take(loader, Position.START, 1)).hasMessage("none of 2 files can be read");
    }

    @Test
    void aFailingTransformNamesTheSample() {
        Loader<ImageBatch> loader = Loader.of(
                new Numbers(3, Set.of()),
                (Integer sample, Rng rng) -> {
                    throw new IllegalArgumentException("crop 9 is larger than the image");
                },
                ImageBatch::collate,
                LoaderOptions.evaluation(1));
        try (var stream = loader.epoch(0)) {
            assertThatThrownBy(stream::next).hasMessage("sample file0: crop 9 is larger than the image");
        }
    }

    @Test
    void samplesOfDifferentSizeAreNamed() {
        Loader<ImageBatch> loader = Loader.of(
                new Numbers(2, Set.of()),
                (Integer i, Rng rng) -> new FloatImage(1, 1, i + 1, new float[i + 1]),
                ImageBatch::collate,
                LoaderOptions.evaluation(2));
        try (var stream = loader.epoch(0)) {
            assertThatThrownBy(stream::next)
                    .hasMessage("FloatImage[1, 1, 2] of file1 does not fit into a batch with FloatImage[1, 1, 1] of"
                            + " file0");
        }
    }

    @Test
    void aSetSmallerThanABatchIsRefused() {
        assertThatThrownBy(() -> loader(new Numbers(3, Set.of()), LoaderOptions.training(4, 1)))
                .hasMessage("3 samples do not fill one batch of 4");
    }

    /** Numbers of which every third is of group 1. */
    private record Shaped(int size) implements Source<Integer> {
        @Override
        public String name(int index) {
            return "file" + index;
        }

        @Override
        public Integer read(int index) {
            return index;
        }

        @Override
        public int group(int index) {
            return index % 3 == 0 ? 1 : 0;
        }
    }

    @Test
    void groupedBatchesAreOfOneGroupAndLeaveNobodyOut() {
        Loader<LabelledBatch> loader =
                loader(new Shaped(23), LoaderOptions.training(4, 7).inGroups());
        assertThat(loader.batchesPerEpoch())
                .as("8 of one group, 15 of the other")
                .isEqualTo(2 + 4);
        for (int e = 0; e < 5; e++) {
            Set<Long> visited = new HashSet<>();
            List<Long> kinds = new ArrayList<>();
            try (var epoch = loader.epoch(e)) {
                while (epoch.hasNext()) {
                    long[] labels = Tensors.toLongs(epoch.next().labels());
                    assertThat(java.util.Arrays.stream(labels)
                                    .map(label -> label % 3 == 0 ? 1 : 0)
                                    .distinct())
                            .hasSize(1);
                    kinds.add(labels[0] % 3 == 0 ? 1L : 0L);
                    java.util.Arrays.stream(labels).forEach(visited::add);
                }
            }
            assertThat(visited).hasSize(23);
            assertThat(kinds).contains(0L, 1L);
        }
    }

    @Test
    void groupedStreamsContinueAndDoNotDependOnThreads() {
        LoaderOptions options = LoaderOptions.training(4, 7).inGroups();
        List<String> straight = take(loader(new Shaped(23), options.withThreads(0)), Position.START, 15);
        assertThat(straight).doesNotHaveDuplicates();
        assertThat(take(loader(new Shaped(23), options.withThreads(3)), new Position(1, 2), 7))
                .isEqualTo(straight.subList(8, 15));
    }

    @Test
    void groupedBatchesCannotBeInOrder() {
        assertThatThrownBy(() -> new LoaderOptions(2, 0, 0, false, false, true, true, 0.1, 0))
                .hasMessage("grouped batches true are shuffled and full");
    }

    @Test
    void anImageThatDoesNotFitIntoMemoryIsABadFile() {
        Source<Integer> source = new Numbers(3, Set.of()).map(index -> {
            if (index == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
            return index;
        });
        Loader<LabelledBatch> loader =
                loader(source, LoaderOptions.evaluation(3).withMaxBadShare(0.5));
        try (var epoch = loader.epoch(0)) {
            assertThat(epoch.next().names()).containsExactly("file0", "file2");
        }
        assertThat(loader.badFiles().reasons())
                .containsEntry(
                        "file1",
                        "file1: does not fit into memory (Java heap space); a larger heap: FOVEA_HEAP=4g fovea ...");
    }
}
