package dev.fovea.parity;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.Rng;
import dev.fovea.data.augment.CentreCrop;
import dev.fovea.data.augment.ColorJitter;
import dev.fovea.data.augment.Colour;
import dev.fovea.data.augment.Filter;
import dev.fovea.data.augment.Normalize;
import dev.fovea.data.augment.RandomResizedCrop;
import dev.fovea.data.augment.Range;
import dev.fovea.data.augment.Resize;
import dev.fovea.tensor.Tensors;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Image transforms of torchvision 0.14 on Pillow 9.4. */
final class TransformsCases {
    static final Map<String, CaseRunner> RUNNERS = Map.of(
            "eval_resize_center_crop", TransformsCases::evalResizeCenterCrop,
            "random_resized_crop", TransformsCases::randomResizedCrop,
            "random_resized_crop_params", TransformsCases::randomResizedCropParams,
            "color_jitter", TransformsCases::colorJitter);

    private TransformsCases() {}

    private static void evalResizeCenterCrop(Case given) {
        int resize = given.config().intAt("run.resize");
        int crop = given.config().intAt("run.crop");
        for (int i = 0; given.inputs().containsKey("image_" + i); i++) {
            Image image = image(given.input("image_" + i));
            Image resized = Resize.shortSide(image, resize, Filter.BICUBIC);
            Image cropped = new CentreCrop(resize, crop, Filter.BICUBIC).apply(image, null);
            given.check("resized_" + i, tensor(resized));
            given.check("cropped_" + i, tensor(cropped));
            given.check("tensor_" + i, tensor(Normalize.IMAGENET.of(cropped)));
        }
    }

    private static void randomResizedCrop(Case given) {
        int size = given.config().intAt("run.size");
        int second = given.config().intAt("run.second_size");
        for (int i = 0; given.inputs().containsKey("image_" + i); i++) {
            Image image = image(given.input("image_" + i));
            long[] boxes = Tensors.toLongs(given.input("boxes_" + i));
            for (int j = 0; j < boxes.length / 4; j++) {
                String id = "_" + i + "_" + j;
                Box box = box(boxes, 4 * j);
                Image cut = Resize.crop(image, box, size, size, Filter.BICUBIC);
                given.check("crop" + id, tensor(cut));
                checkIfRecorded(given, "crop_hflip_tensor" + id, tensor(Normalize.IMAGENET.of(cut.flipped())));
                checkIfRecorded(
                        given, "crop_lanczos" + id, tensor(Resize.crop(image, box, second, second, Filter.LANCZOS)));
                checkIfRecorded(
                        given, "crop_bilinear" + id, tensor(Resize.crop(image, box, second, second, Filter.BILINEAR)));
            }
        }
    }

    private static void randomResizedCropParams(Case given) {
        double[] scale = given.config().doublesAt("run.scale");
        double[] ratio = given.config().doublesAt("run.ratio");
        Range area = new Range(scale[0], scale[1]);
        Range shape = new Range(ratio[0], ratio[1]);
        var retrying = new RandomResizedCrop(1, area, shape, Filter.BICUBIC, false);
        var clamping = new RandomResizedCrop(1, area, shape, Filter.BICUBIC, true);

        long[] sizes = Tensors.toLongs(given.input("sizes_hw"));
        double[] uniform = Tensors.toDoubles(given.input("u"));
        int trials = (int) given.input("u").size(1);
        int draws = (int) given.input("u").size(2);
        double[] clamped = new double[sizes.length / 2 * trials * 4];
        double[] retried = new double[clamped.length];
        double[] used = new double[clamped.length / 4];
        for (int i = 0; i < used.length; i++) {
            int height = (int) sizes[i / trials * 2], width = (int) sizes[i / trials * 2 + 1];
            write(clamping.draw(height, width, new Replay(uniform, i * draws)), clamped, i * 4);
            Replay counted = new Replay(uniform, i * draws);
            write(retrying.draw(height, width, counted), retried, i * 4);
            used[i] = counted.next - i * draws;
        }
        given.check("mae_linprobe_boxes", clamped);
        given.check("torchvision_boxes", retried);
        given.check("torchvision_draws_used", used);
    }

    private static void colorJitter(Case given) {
        double[] factors = given.config().doublesAt("run.factors");
        var draw = new ColorJitter.Draw(given.config().intsAt("run.order"), factors);
        var jitter = new ColorJitter(0.4, 0.4, 0.4, 0.5);
        for (int i = 0; given.inputs().containsKey("image_" + i); i++) {
            Image image = image(given.input("image_" + i));
            given.check("brightness_" + i, tensor(Colour.brightness(image, factors[0])));
            given.check("contrast_" + i, tensor(Colour.contrast(image, factors[1])));
            given.check("saturation_" + i, tensor(Colour.saturation(image, factors[2])));
            given.check("jitter_" + i, tensor(jitter.apply(image, draw)));
        }
    }

    /** Uniform numbers of the case, in the order of their use. */
    private static final class Replay implements Rng {
        private final double[] numbers;
        private int next;

        Replay(double[] numbers, int from) {
            this.numbers = numbers;
            this.next = from;
        }

        @Override
        public double uniform() {
            return numbers[next++];
        }
    }

    private static void checkIfRecorded(Case given, String name, Tensor actual) {
        if (given.outputs().containsKey(name)) {
            given.check(name, actual);
        }
    }

    private static Box box(long[] values, int at) {
        return new Box((int) values[at], (int) values[at + 1], (int) values[at + 2], (int) values[at + 3]);
    }

    private static void write(Box box, double[] values, int at) {
        values[at] = box.top();
        values[at + 1] = box.left();
        values[at + 2] = box.height();
        values[at + 3] = box.width();
    }

    private static Image image(Tensor hwc) {
        return new Image((int) hwc.size(1), (int) hwc.size(0), Tensors.toBytes(hwc));
    }

    private static Tensor tensor(Image image) {
        return Tensors.of(image.rgb(), image.height(), image.width(), Image.CHANNELS)
                .to(org.bytedeco.pytorch.global.torch.ScalarType.Float);
    }

    private static Tensor tensor(FloatImage image) {
        return Tensors.of(image.chw(), image.channels(), image.height(), image.width());
    }
}
