package dev.fovea.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Box;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.Rng;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.ImageEntry;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.data.instance.ObjectSample;
import dev.fovea.data.instance.ObjectView;
import dev.fovea.data.instance.Padding;
import dev.fovea.data.instance.Polygons;
import dev.fovea.data.instance.Region;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.instance.SeenObject;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DetectTransformTest {
    private static final Normalize PLAIN = new Normalize(List.of(0.0, 0.0, 0.0), List.of(1 / 255., 1 / 255., 1 / 255.));
    private static final int WIDTH = 120;
    private static final int HEIGHT = 90;

    /** Rectangles, red 255 on black; object k is k + 1 in green's tens, one of them a crowd. */
    private static Annotated<Image> rectangles(boolean runLengths) {
        List<BoundingBox> boxes = List.of(
                new BoundingBox(10, 12, 30, 20), new BoundingBox(60, 8, 40, 33), new BoundingBox(50, 55, 22, 30));
        byte[] rgb = new byte[WIDTH * HEIGHT * 3], labels = new byte[WIDTH * HEIGHT];
        List<Instance> instances = new ArrayList<>();
        for (int k = 0; k < boxes.size(); k++) {
            BoundingBox box = boxes.get(k);
            for (int y = (int) box.y(); y < box.y() + box.height(); y++) {
                for (int x = (int) box.x(); x < box.x() + box.width(); x++) {
                    rgb[3 * (y * WIDTH + x)] = (byte) 255;
                    rgb[3 * (y * WIDTH + x) + 1] = (byte) (80 * (k + 1));
                    labels[y * WIDTH + x] = (byte) (k + 1);
                }
            }
            Region outline = runLengths ? Polygons.of(box).rle(HEIGHT, WIDTH) : Polygons.of(box);
            instances.add(new Instance(k, k, box, box.area(), false, outline));
        }
        BoundingBox whole = new BoundingBox(0, 0, WIDTH, HEIGHT);
        instances.add(new Instance(9, 0, whole, whole.area(), true, Polygons.of(whole)));
        return new Annotated<>(
                new Image(WIDTH, HEIGHT, rgb),
                new ImageEntry(1, "a.png", WIDTH, HEIGHT),
                instances,
                Optional.of(new LabelMap(WIDTH, HEIGHT, labels)));
    }

    private static RandomScale scale(RandomScale.Mode mode, ScaleBox... boxes) {
        return new RandomScale(List.of(boxes), mode, Optional.empty(), true);
    }

    /** The two branches of DETR's policy at a tenth of its sizes. */
    private static OneOf<ObjectView> detr() {
        RandomScale last =
                scale(RandomScale.Mode.VALUE, new ScaleBox(133, 48), new ScaleBox(133, 64), new ScaleBox(133, 80));
        RandomScale first = scale(RandomScale.Mode.VALUE, new ScaleBox(400, 100), new ScaleBox(400, 150));
        return new OneOf<>(List.of(last, first.andThen(new RangeCrop(50, 90)).andThen(last)));
    }

    private static SampleTransform<ObjectView, ObjectView> largeScaleJitter(int side) {
        RandomScale scale = new RandomScale(
                List.of(new ScaleBox(side, side)), RandomScale.Mode.VALUE, Optional.of(new Range(0.1, 2)), true);
        return scale.andThen(new RangeCrop(side, side));
    }

    @Test
    void boxesMasksLabelsAndPixelsStayTogetherThroughEveryPolicy() {
        List<SampleTransform<ObjectView, ObjectView>> policies = List.of(detr(), largeScaleJitter(96));
        for (SampleTransform<ObjectView, ObjectView> policy : policies) {
            for (boolean runLengths : new boolean[] {false, true}) {
                DetectTrain train = new DetectTrain(Optional.empty(), policy, 0.5, true, PLAIN);
                int seen = 0;
                for (int i = 0; i < 60; i++) {
                    ObjectSample sample = train.apply(rectangles(runLengths), Rng.of(3, 0, i));
                    sample.objects().forEach(object -> assertFits(object, sample));
                    seen += sample.objects().size();
                }
                assertThat(seen).isGreaterThan(60);
            }
        }
    }

    /** Pixels well inside the mask have the object's colour and class; the mask fills its box. */
    private static void assertFits(SeenObject object, ObjectSample sample) {
        FloatImage image = sample.image();
        int width = image.width(), height = image.height();
        BoundingBox box = object.box();
        assertThat(box.x() >= 0 && box.y() >= 0 && box.x() + box.width() <= width && box.y() + box.height() <= height)
                .isTrue();
        double filled = Rle.encode(height, width, object.mask()).area();
        assertThat(Math.abs(filled - box.area())).isLessThanOrEqualTo(box.width() + box.height() + 2);
        LabelMap semantic = sample.semantic().orElseThrow();
        for (int y = (int) box.y() + 3; y < box.y() + box.height() - 3; y++) {
            for (int x = (int) box.x() + 3; x < box.x() + box.width() - 3; x++) {
                assertThat(object.mask()[y * width + x]).isEqualTo((byte) 1);
                assertThat(semantic.at(x, y)).isEqualTo(object.label() + 1);
                assertThat(image.chw()[width * height + y * width + x])
                        .isBetween(80f * (object.label() + 1) - 3, 80f * (object.label() + 1) + 3);
            }
        }
    }

    @Test
    void crowdsAndObjectsOutOfSightAreNotLearned() {
        ObjectView corner = ObjectView.of(rectangles(false)).crop(new Box(0, 0, 30, 45));
        assertThat(corner.objects(true)).extracting(SeenObject::label).containsExactly(0);
        assertThat(corner.objects(true).get(0).box()).isEqualTo(new BoundingBox(10, 12, 30, 18));
        ObjectView empty = ObjectView.of(rectangles(true)).crop(new Box(0, 0, 12, 45));
        assertThat(empty.objects(false)).isEmpty();
    }

    @Test
    void anObjectWithoutAPixelLeftGoesThoughItsBoxIsSeen() {
        BoundingBox box = new BoundingBox(0, 0, 20, 20);
        Region lower = Polygons.of(new BoundingBox(0, 10, 20, 10));
        Annotated<Image> sample = new Annotated<>(
                Pictures.noise(20, 20, 1),
                new ImageEntry(1, "a.png", 20, 20),
                List.of(new Instance(1, 0, box, 200, false, lower)));
        ObjectView upper = ObjectView.of(sample).crop(new Box(0, 0, 10, 20));
        assertThat(upper.objects(true)).isEmpty();
        assertThat(upper.objects(false)).hasSize(1);
    }

    @Test
    void scalesAreDrawnFromTheValuesOrBetweenThem() {
        RandomScale value = scale(RandomScale.Mode.VALUE, new ScaleBox(133, 48), new ScaleBox(133, 80));
        RandomScale range = scale(RandomScale.Mode.RANGE, new ScaleBox(160, 40), new ScaleBox(160, 140));
        Set<Integer> ofValue = new HashSet<>(), ofRange = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            ofValue.add(value.draw(Rng.of(1, 0, i)).shortSide());
            assertThat(range.draw(Rng.of(1, 0, i)).longSide()).isEqualTo(160);
            ofRange.add(range.draw(Rng.of(1, 0, i)).shortSide());
        }
        assertThat(ofValue).containsExactlyInAnyOrder(48, 80);
        assertThat(ofRange).hasSize(101).contains(40, 140);
    }

    @Test
    void imagesAreStretchedWhereTheirShapeIsNotKept() {
        RandomScale stretch =
                new RandomScale(List.of(new ScaleBox(64, 32)), RandomScale.Mode.VALUE, Optional.empty(), false);
        ObjectView view = stretch.apply(ObjectView.of(rectangles(false)), Rng.of(1, 0, 0));
        assertThat(view.image().toString()).isEqualTo("Image[64 x 32]");
        assertThat(view.objects(false).get(0).box().width()).isEqualTo(30 * 64.0 / WIDTH);
        assertThat(view.objects(false).get(0).box().height()).isCloseTo(20 * 32.0 / HEIGHT, Offset.offset(1e-9));
    }

    @Test
    void cropSidesLieInTheirRangeAndInTheImage() {
        RangeCrop crop = new RangeCrop(38, 100);
        Set<Integer> heights = new HashSet<>(), widths = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
            Box box = crop.draw(Pictures.uniform(WIDTH, HEIGHT, 0, 0, 0), Rng.of(1, 0, i));
            heights.add(box.height());
            widths.add(box.width());
        }
        assertThat(heights).hasSize(90 - 38 + 1);
        assertThat(widths).hasSize(100 - 38 + 1);
        assertThatThrownBy(() -> new RangeCrop(5, 4)).hasMessage("crop sides 5 to 4 are not a range");
    }

    @Test
    void theSameDrawGivesTheSameSample() {
        DetectTrain train = new DetectTrain(
                Optional.of(new MovedObjects(0.5, new Range(0.8, 1.2), 1.0 / 15, 1)), detr(), 0.5, true, PLAIN);
        for (int i = 0; i < 10; i++) {
            ObjectSample one = train.apply(rectangles(false), Rng.of(5, 1, i));
            ObjectSample other = train.apply(rectangles(false), Rng.of(5, 1, i));
            assertThat(one.image().chw()).isEqualTo(other.image().chw());
            assertThat(one.objects().toString().replaceAll("@\\w+", ""))
                    .isEqualTo(other.objects().toString().replaceAll("@\\w+", ""));
        }
    }

    @Test
    void movedObjectsKeepTheirPixelsAndHideWhatIsBelow() {
        MovedObjects far = new MovedObjects(1, new Range(0.8, 1.2), 0.8, 20);
        Annotated<Image> sample = rectangles(false);
        boolean hidden = false;
        for (int i = 0; i < 30; i++) {
            Annotated<Image> moved = far.apply(sample, Rng.of(7, 0, i));
            int[] owners = new int[WIDTH * HEIGHT];
            for (Instance instance : moved.instances()) {
                if (instance.crowd()) {
                    continue;
                }
                byte[] mask = instance.region().rle(HEIGHT, WIDTH).decode();
                assertThat(instance.box())
                        .isEqualTo(Rle.encode(HEIGHT, WIDTH, mask).box());
                for (int p = 0; p < mask.length; p++) {
                    owners[p] += mask[p];
                    if (mask[p] != 0 && inside(mask, p)) {
                        assertThat(moved.image().rgb()[3 * p + 1] & 0xFF)
                                .isBetween(80 * instance.label(), 80 * (instance.label() + 1));
                    }
                }
            }
            assertThat(Arrays.stream(owners).max().orElseThrow()).isEqualTo(1);
            hidden |= moved.instances().size() < 4 || areaOf(moved) < 0.75 * areaOf(sample);
            assertThat(moved.instances().stream().filter(Instance::crowd)).hasSize(1);
        }
        assertThat(hidden).as("some objects overlapped").isTrue();
    }

    private static double areaOf(Annotated<Image> sample) {
        return sample.instances().stream()
                .filter(instance -> !instance.crowd())
                .mapToDouble(Instance::area)
                .sum();
    }

    private static boolean inside(byte[] mask, int p) {
        int x = p % WIDTH, y = p / WIDTH;
        return x > 1
                && x < WIDTH - 2
                && y > 1
                && y < HEIGHT - 2
                && mask[p - 2] + mask[p + 2] + mask[p - 2 * WIDTH] + mask[p + 2 * WIDTH] == 4;
    }

    @Test
    void whereAnObjectWasItsSurroundingsAreFilledIn() {
        MovedObjects away = new MovedObjects(1, new Range(0.05, 0.05), 0, 0);
        Annotated<Image> moved = away.apply(rectangles(false), Rng.of(1, 0, 0));
        assertThat(moved.image().at(15, 15, 0)).as("black surroundings").isLessThan(40);
        assertThat(moved.instances().get(1).area()).isLessThan(10);
    }

    @Test
    void batchesArePaddedToAMultipleOrToASquare() {
        DetectTrain train = new DetectTrain(Optional.empty(), detr(), 0, true, PLAIN);
        List<ObjectSample> samples = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            samples.add(train.apply(rectangles(false), Rng.of(11, 0, i)));
        }
        List<String> names = List.of("a", "b", "c", "d");
        ObjectBatch batch = ObjectBatch.collate(new Padding(32, 0), true).collate(samples, names);
        int height =
                samples.stream().mapToInt(each -> each.image().height()).max().orElseThrow();
        assertThat(batch.images().size(2)).isEqualTo((height + 31) / 32 * 32L);
        for (int b = 0; b < 4; b++) {
            assertSame(batch, b, samples.get(b));
        }
        ObjectBatch square = ObjectBatch.collate(new Padding(32, 160), true).collate(samples, names);
        assertThat(new long[] {square.images().size(2), square.images().size(3)})
                .containsExactly(160, 160);
        assertThatThrownBy(() -> ObjectBatch.collate(new Padding(32, 64), true).collate(samples, names))
                .hasMessageContaining("does not fit the padded square of 64");
    }

    private static void assertSame(ObjectBatch batch, int b, ObjectSample sample) {
        int height = (int) batch.images().size(2), width = (int) batch.images().size(3);
        float[] padded = Tensors.toFloats(batch.images().select(0, b));
        FloatImage image = sample.image();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = y < image.height() && x < image.width();
                float expected = inside ? image.chw()[y * image.width() + x] : 0;
                assertThat(padded[y * width + x]).isEqualTo(expected);
            }
        }
        ObjectBatch.Objects objects = batch.objects().get(b);
        assertThat(objects.labels().size(0)).isEqualTo(sample.objects().size());
        byte[] masks = Tensors.toBytes(objects.masks().orElseThrow());
        int ones = 0, expected = 0;
        for (byte each : masks) {
            ones += each;
        }
        for (SeenObject object : sample.objects()) {
            expected += Rle.encode(image.height(), image.width(), object.mask()).area();
        }
        assertThat(ones).isEqualTo(expected);
        long[] cells = Tensors.toLongs(batch.semantic().orElseThrow().select(0, b));
        for (int i = 0; i < cells.length; i++) {
            int y = i / (width / 8) * 8, x = i % (width / 8) * 8;
            boolean inside = y < image.height() && x < image.width();
            assertThat(cells[i])
                    .isEqualTo(inside ? sample.semantic().orElseThrow().at(x, y) : LabelMap.IGNORE);
        }
    }

    @Test
    void moreMasksThanCanBeHeldAreRefusedByTheirFile() {
        SeenObject object = new SeenObject(0, new BoundingBox(0, 0, 1, 1), new byte[1]);
        ObjectSample sample = new ObjectSample(
                new FloatImage(3, 1, 1, new float[3]), List.of(object, object, object), Optional.empty());
        assertThatThrownBy(() -> ObjectBatch.collate(new Padding(32, 32768), true)
                        .collate(List.of(sample), List.of("crowded.jpg")))
                .hasMessage("crowded.jpg: the masks of 3 objects, padded to 32768 x 32768, are 3221225472 pixels, and"
                        + " 2147483647 can be held: scale it smaller");
    }

    @Test
    void aBatchWithoutObjectsHasEmptyTensors() {
        ObjectView nothing = ObjectView.of(rectangles(true)).crop(new Box(0, 0, 10, 10));
        ObjectSample sample = new ObjectSample(PLAIN.of(nothing.image()), nothing.objects(true), Optional.empty());
        ObjectBatch batch = ObjectBatch.collate(new Padding(32, 0), true).collate(List.of(sample), List.of("a"));
        assertThat(batch.objects().get(0).boxes().size(0)).isZero();
        assertThat(batch.objects().get(0).boxes().size(1)).isEqualTo(4);
        assertThat(batch.objects().get(0).masks().orElseThrow().size(2)).isEqualTo(32);
        assertThat(batch.semantic()).isEmpty();
    }
}
