package dev.fovea.data.augment;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.ViewSample;
import java.util.ArrayList;
import java.util.List;

/**
 * A reference view and query views of an image, each cut, mirrored and coloured by itself, with the correspondence of their
 * patches (LOCA, Caron et al. 2022; google-research/scenic projects/loca).
 *
 * @param patch side of the patches that all views are read in, in pixels
 */
public record MultiView(View reference, List<Queries> queries, int patch, Normalize normalize)
        implements SampleTransform<Image, ViewSample> {
    /**
     * How one kind of view is made.
     *
     * @param side in pixels
     * @param flip probability of mirroring it left to right
     */
    public record View(int side, AreaCrop crop, double flip, ViewColour colour) {}

    /** So many views of a kind. */
    public record Queries(int count, View view) {}

    public MultiView {
        queries = List.copyOf(queries);
        requireWholePatches(reference, patch);
        queries.forEach(each -> requireWholePatches(each.view(), patch));
    }

    private static void requireWholePatches(View view, int patch) {
        if (view.side() % patch != 0) {
            throw new IllegalArgumentException(
                    "a view of %d pixels is not divisible into patches of %d".formatted(view.side(), patch));
        }
    }

    @Override
    public ViewSample apply(Image image, Rng rng) {
        PlacedView placed = place(reference, image, rng);
        FloatImage seen = cut(image, placed, reference, rng);
        List<List<ViewSample.Query>> groups = new ArrayList<>();
        for (Queries each : queries) {
            List<ViewSample.Query> group = new ArrayList<>();
            for (int i = 0; i < each.count(); i++) {
                PlacedView query = place(each.view(), image, rng);
                group.add(new ViewSample.Query(
                        cut(image, query, each.view(), rng),
                        Correspondence.targets(placed, query),
                        numbers(RelativeBox.of(placed.box(), query.box()))));
            }
            groups.add(group);
        }
        return new ViewSample(seen, groups);
    }

    private PlacedView place(View view, Image image, Rng rng) {
        Box box = view.crop().draw(image.height(), image.width(), rng);
        int cells = view.side() / patch;
        return new PlacedView(box, view.side(), view.side(), cells, cells, rng.chance(view.flip()));
    }

    private FloatImage cut(Image image, PlacedView place, View view, Rng rng) {
        FloatImage cut = SampledResize.crop(image, place.box(), place.height(), place.width(), place.flipped());
        return normalize.ofUnit(view.colour().apply(cut, rng));
    }

    private static float[] numbers(RelativeBox box) {
        return new float[] {box.valid() ? 1 : 0, box.top(), box.left(), box.height(), box.width()};
    }
}
