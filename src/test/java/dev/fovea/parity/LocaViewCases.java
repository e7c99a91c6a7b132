package dev.fovea.parity;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.augment.Correspondence;
import dev.fovea.data.augment.FloatColour;
import dev.fovea.data.augment.GaussianBlur;
import dev.fovea.data.augment.Normalize;
import dev.fovea.data.augment.PlacedView;
import dev.fovea.data.augment.RelativeBox;
import dev.fovea.data.augment.SampledResize;
import dev.fovea.data.augment.ViewColour;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/** google-research/scenic, projects/loca/ops.py: colours of views, and which patch of one shows what another's shows. */
final class LocaViewCases {
    static final Map<String, CaseRunner> RUNNERS =
            Map.of("augment", LocaViewCases::augment, "correspondence", LocaViewCases::correspondence);

    private LocaViewCases() {}

    private static void augment(Case given) {
        FloatImage image = image(given.input("image"));
        int[] order = Arrays.stream(Tensors.toLongs(given.input("order")))
                .mapToInt(i -> (int) i)
                .toArray();
        double[] amounts = {
            number(given, "brightness_delta"),
            number(given, "contrast_factor"),
            number(given, "saturation_factor"),
            number(given, "hue_delta")
        };
        given.check("brightness", hwc(FloatColour.brightness(image, amounts[0])));
        given.check("contrast", hwc(FloatColour.contrast(image, amounts[1])));
        given.check("saturation", hwc(FloatColour.saturation(image, amounts[2])));
        given.check("hue", hwc(FloatColour.hue(image, amounts[3])));
        given.check("grayscale", hwc(FloatColour.grey(image)));
        given.check("solarize", hwc(FloatColour.solarize(image)));
        given.check("blur_official_config", hwc(GaussianBlur.apply(image, 1, number(given, "blur_sigma"))));
        given.check(
                "blur_height",
                hwc(GaussianBlur.apply(image, number(given, "blur_height"), number(given, "blur_sigma"))));
        given.check("jitter_not_applied", hwc(ViewColour.NONE.apply(image, () -> 0.5)));

        FloatImage jitter = new ViewColour.Jitter(order, amounts).apply(image);
        given.check("jitter", hwc(jitter));
        given.check("jitter_reversed_order", hwc(new ViewColour.Jitter(reversed(order), amounts).apply(image)));
        Normalize standardize = new Normalize(
                Arrays.stream(given.config().doublesAt("mean")).boxed().toList(),
                Arrays.stream(given.config().doublesAt("std")).boxed().toList());
        given.check("query0_chain_without_gray_and_solarize", hwc(standardize.ofUnit(jitter)));
        given.check("query0_chain", hwc(standardize.ofUnit(FloatColour.solarize(FloatColour.grey(jitter)))));
    }

    private static int[] reversed(int[] order) {
        List<Integer> list = Arrays.stream(order).boxed().collect(Collectors.toList());
        Collections.reverse(list);
        return list.stream().mapToInt(i -> i).toArray();
    }

    private static double number(Case given, String name) {
        return Tensors.item(given.input(name));
    }

    /** Each part of the case is a set of scenarios of its own sizes. */
    private static void correspondence(Case given) {
        given.config(); // the parts are its keys
        for (var part : given.json().get("config").properties()) {
            new Scenarios(given, part.getKey()).check();
        }
    }

    /** The scenarios of one part: boxes and flips of a reference and of its queries. */
    private record Scenarios(Case given, String part) {
        void check() {
            Config sizes = given.config().in(part);
            long[] query0 = new long[0], focal = new long[0];
            List<float[]> boxes = new ArrayList<>();
            for (int s = 0; s < given.input(part + ".reference_box").size(0); s++) {
                PlacedView reference = reference(sizes, s);
                for (int q = 0; q < sizes.intAt("n_queries"); q++) {
                    PlacedView query = query(sizes, s, q);
                    long[] targets = Arrays.stream(Correspondence.targets(reference, query))
                            .asLongStream()
                            .toArray();
                    query0 = q == 0 ? joined(query0, targets) : query0;
                    focal = q == 0 ? focal : joined(focal, targets);
                    RelativeBox box = RelativeBox.of(reference.box(), query.box());
                    boxes.add(new float[] {box.valid() ? 1 : 0, box.top(), box.left(), box.height(), box.width()});
                    if (given.outputs().containsKey(part + ".views.query" + q)) {
                        given.check(part + ".views.query" + q, view(query));
                    }
                }
                checkWholeImage(reference, s);
            }
            given.check(part + ".target_query0", shaped(query0, part + ".target_query0"));
            if (sizes.intAt("n_queries") > 1) {
                given.check(part + ".target_queries", shaped(focal, part + ".target_queries"));
            }
            float[] all = new float[boxes.size() * 5];
            for (int i = 0; i < all.length; i++) {
                all[i] = boxes.get(i / 5)[i % 5];
            }
            given.check(
                    part + ".box",
                    Tensors.of(all, boxes.size() / sizes.intAt("n_queries"), sizes.intAt("n_queries"), 5));
        }

        /** Only the part with an image records the map of its one scenario, and the views. */
        private void checkWholeImage(PlacedView reference, int scenario) {
            if (!given.inputs().containsKey(part + ".image")) {
                return;
            }
            long[] size = Tensors.toLongs(given.input(part + ".image_size").select(0, scenario));
            long[] map = Arrays.stream(Correspondence.map(reference, (int) size[0], (int) size[1]))
                    .asLongStream()
                    .toArray();
            given.check(part + ".full_mask", Tensors.of(map, size[0], size[1]));
            given.check(part + ".views.reference", view(reference));
        }

        private Tensor view(PlacedView place) {
            Tensor hwc = given.input(part + ".image");
            Image image = new Image((int) hwc.size(1), (int) hwc.size(0), Tensors.toBytes(hwc));
            return hwc(SampledResize.crop(image, place.box(), place.height(), place.width(), place.flipped()));
        }

        private Tensor shaped(long[] values, String output) {
            return Tensors.of(values, dev.fovea.tensor.Shapes.of(given.output(output)));
        }

        private PlacedView reference(Config sizes, int scenario) {
            int side = sizes.intAt("reference_resize"), grid = sizes.intAt("grid");
            boolean flipped = sizes.boolAt("reference_flip_enabled")
                    && Tensors.toLongs(given.input(part + ".reference_flip"))[scenario] == 1;
            Box box = box(given.input(part + ".reference_box").select(0, scenario));
            return new PlacedView(box, side, side, grid, grid, flipped);
        }

        private PlacedView query(Config sizes, int scenario, int number) {
            String kind = number == 0 ? "query0" : "focal";
            int[] pixels = sizes.intsAt(kind + "_resize"), grid = sizes.intsAt(kind + "_grid");
            Box box = box(given.input(part + ".query_boxes").select(0, scenario).select(0, number));
            boolean flipped = Tensors.toLongs(given.input(part + ".query_flip").select(0, scenario))[number] == 1;
            return new PlacedView(box, pixels[0], pixels[1], grid[0], grid[1], flipped);
        }
    }

    private static Box box(Tensor yxhw) {
        long[] values = Tensors.toLongs(yxhw);
        return new Box((int) values[0], (int) values[1], (int) values[2], (int) values[3]);
    }

    private static long[] joined(long[] first, long[] second) {
        long[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static FloatImage image(Tensor hwc) {
        return new FloatImage(3, (int) hwc.size(0), (int) hwc.size(1), Tensors.toFloats(hwc.permute(2, 0, 1)));
    }

    private static Tensor hwc(FloatImage image) {
        return Tensors.of(image.chw(), image.channels(), image.height(), image.width())
                .permute(1, 2, 0);
    }
}
