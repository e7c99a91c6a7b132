package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.BatchStream;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Loader;
import dev.fovea.data.LoaderOptions;
import dev.fovea.data.Position;
import dev.fovea.data.Rng;
import dev.fovea.data.Source;
import dev.fovea.data.ViewBatch;
import dev.fovea.data.ViewSample;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultiViewTest {
    private static final Normalize PLAIN = new Normalize(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    private static final ViewColour COLOUR = new ViewColour(0.8, 0.4, 0.4, 0.2, 0.1, 0.2, 0.5, 0.2);

    private static MultiView views(ViewColour colour, Normalize normalize) {
        AreaCrop large = new AreaCrop(new Range(0.32, 1), AreaCrop.USUAL_RATIO);
        AreaCrop small = new AreaCrop(new Range(0.05, 0.32), AreaCrop.USUAL_RATIO);
        return new MultiView(
                new MultiView.View(48, large, 0, colour),
                List.of(
                        new MultiView.Queries(1, new MultiView.View(48, large, 0.5, colour)),
                        new MultiView.Queries(3, new MultiView.View(24, small, 0.5, colour))),
                8,
                normalize);
    }

    /** Red grows to the right, green downwards: a patch's colour says where it lies. */
    private static Image ramps(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            rgb[3 * i] = (byte) (255 * (i % width) / (width - 1));
            rgb[3 * i + 1] = (byte) (255 * (i / width) / (height - 1));
        }
        return new Image(width, height, rgb);
    }

    @Test
    void patchesThatCorrespondShowTheSame() {
        MultiView views = views(ViewColour.NONE, PLAIN);
        int compared = 0;
        for (int i = 0; i < 30; i++) {
            ViewSample sample = views.apply(ramps(160, 120), Rng.of(0, 0, i));
            for (List<ViewSample.Query> group : sample.groups()) {
                for (ViewSample.Query query : group) {
                    for (int patch = 0; patch < query.targets().length; patch++) {
                        int target = query.targets()[patch];
                        if (target != Correspondence.NONE) {
                            // a reference's patch is at most a sixth of the image wide, its query's inside or around it
                            assertThat(mean(query.image(), patch, 0))
                                    .isCloseTo(mean(sample.reference(), target, 0), within(1 / 6.0));
                            assertThat(mean(query.image(), patch, 1))
                                    .isCloseTo(mean(sample.reference(), target, 1), within(1 / 6.0));
                            compared++;
                        }
                    }
                }
            }
        }
        assertThat(compared).isGreaterThan(500);
    }

    private static double mean(FloatImage image, int patch, int channel) {
        int cells = image.width() / 8;
        double sum = 0;
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                int row = patch / cells * 8 + y, column = patch % cells * 8 + x;
                sum += image.chw()[(channel * image.height() + row) * image.width() + column];
            }
        }
        return sum / 64;
    }

    @Test
    void theSampleDependsOnItsNumbersAlone() {
        MultiView views = views(COLOUR, Normalize.IMAGENET);
        ViewSample once = views.apply(ramps(90, 70), Rng.of(1, 2, 3));
        ViewSample again = views.apply(ramps(90, 70), Rng.of(1, 2, 3));
        ViewSample other = views.apply(ramps(90, 70), Rng.of(1, 3, 3));
        assertThat(again.reference().chw()).isEqualTo(once.reference().chw());
        assertThat(other.reference().chw()).isNotEqualTo(once.reference().chw());
        for (int q = 0; q < 3; q++) {
            ViewSample.Query first = once.groups().get(1).get(q),
                    second = again.groups().get(1).get(q);
            assertThat(second.image().chw()).isEqualTo(first.image().chw());
            assertThat(second.targets()).isEqualTo(first.targets());
            assertThat(second.box()).isEqualTo(first.box());
        }
    }

    @Test
    void theLoaderGivesTheSameViewsOnAnyNumberOfThreadsAndFromAnyStart() {
        List<float[]> alone = batches(0, Position.START), four = batches(4, Position.START);
        List<float[]> later = batches(2, new Position(1, 1));
        for (int i = 0; i < alone.size(); i++) {
            assertThat(four.get(i)).isEqualTo(alone.get(i));
        }
        assertThat(later.get(0)).isEqualTo(alone.get(3 * 3));
    }

    /** Images, targets and boxes of some batches, one array after the other. */
    private static List<float[]> batches(int threads, Position start) {
        Source<Image> source = new Source<>() {
            @Override
            public int size() {
                return 5;
            }

            @Override
            public String name(int index) {
                return "ramp" + index;
            }

            @Override
            public Image read(int index) {
                return ramps(60 + 10 * index, 70);
            }
        };
        Loader<ViewBatch> loader = Loader.of(
                source,
                views(COLOUR, Normalize.IMAGENET),
                ViewBatch::collate,
                LoaderOptions.training(2, 3).withThreads(threads));
        List<float[]> seen = new ArrayList<>();
        try (BatchStream<ViewBatch> stream = loader.from(start)) {
            for (int i = 0; i < 5; i++) {
                ViewBatch batch = stream.next();
                ViewBatch.Group focal = batch.groups().get(1);
                assertThat(focal.count(batch.size())).isEqualTo(3);
                seen.add(Tensors.toFloats(focal.images()));
                seen.add(Tensors.toFloats(focal.targets()));
                seen.add(Tensors.toFloats(focal.boxes()));
            }
        }
        return seen;
    }

    @Test
    void aGroupHoldsTheFirstViewOfEveryImageBeforeTheSecond() {
        MultiView views = views(ViewColour.NONE, PLAIN);
        ViewSample a = views.apply(ramps(60, 60), Rng.of(0, 0, 1)), b = views.apply(ramps(60, 60), Rng.of(0, 0, 2));
        ViewBatch.Group group =
                ViewBatch.collate(List.of(a, b), List.of("a", "b")).groups().get(1);
        assertThat(Tensors.toFloats(group.images().select(0, 1)))
                .isEqualTo(b.groups().get(1).get(0).image().chw());
        assertThat(Tensors.toFloats(group.images().select(0, 4)))
                .isEqualTo(a.groups().get(1).get(2).image().chw());
    }

    /** With the lowest and with the highest draws everything that can happen does, as far as it may. */
    @Test
    void coloursAreDrawnOnBothSidesOfWhatTheyAre() {
        FloatImage image =
                new FloatImage(3, 2, 2, new float[] {.2f, .4f, .6f, .8f, .3f, .3f, .5f, .5f, .1f, .9f, .1f, .9f});
        ViewColour jitter = new ViewColour(1, 0.1, 0.4, 0.2, 0.1, 0, 0, 0);
        assertThat(jitter.apply(image, () -> 0).chw())
                .isEqualTo(new ViewColour.Jitter(new int[] {3, 0, 1, 2}, new double[] {-0.1f, 0.6f, 0.8f, -0.1f})
                        .apply(image)
                        .chw());
        double most = Math.nextDown(1.0);
        int[] order = ((Rng) () -> most).permutation(4);
        ViewColour.Jitter high = new ViewColour.Jitter(order, new double[] {0.1f, 1.4f, 1.2f, 0.1f});
        Rng first = new Rng() {
            private int calls;

            @Override
            public double uniform() {
                return calls++ == 0 ? 0 : most; // the jitter itself takes place
            }
        };
        assertThat(jitter.apply(image, first).chw()).isEqualTo(high.apply(image).chw());
        assertThat(new ViewColour(0, 0, 0, 0, 0, 1, 0, 0)
                        .apply(image, () -> 0.9)
                        .chw())
                .isEqualTo(FloatColour.grey(image).chw());
        assertThat(new ViewColour(0, 0, 0, 0, 0, 0, 0, 0.2)
                        .apply(image, () -> 0.19)
                        .chw())
                .isEqualTo(FloatColour.solarize(image).chw());
        assertThat(new ViewColour(0, 0, 0, 0, 0, 0, 0, 0.2)
                        .apply(image, () -> 0.2)
                        .chw())
                .isEqualTo(image.chw());
    }

    @Test
    void aViewThatIsNoWholeNumberOfPatchesIsRefused() {
        MultiView.View view =
                new MultiView.View(50, new AreaCrop(new Range(0.3, 1), AreaCrop.USUAL_RATIO), 0, ViewColour.NONE);
        assertThatThrownBy(() -> new MultiView(view, List.of(), 8, PLAIN))
                .hasMessage("a view of 50 pixels is not divisible into patches of 8");
    }
}
