package dev.fovea.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Image;
import dev.fovea.data.SharedData;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BadAnnotation;
import dev.fovea.data.instance.BadAnnotation.Kind;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Rle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CocoReaderTest {
    private static final CocoRules TRAINING = new CocoRules(true, true);
    private static final CocoRules EVALUATION = new CocoRules(true, false);
    private static final String SQUARE = "\"segmentation\": [[1, 1, 4, 1, 4, 4, 1, 4]]";
    private static final String GOOD = "\"bbox\": [1, 1, 3, 3], \"area\": 9, \"iscrowd\": 0, " + SQUARE;

    @TempDir
    Path folder;

    /** Two images of 8 x 6 (width x height), categories 3 and 7; annotations stand first, as some files have them. */
    private Path file(String... annotations) throws IOException {
        String json =
                """
                {"annotations": [%s],
                 "info": {"nested": [1, {"images": []}]},
                 "images": [{"id": 10, "file_name": "a.png", "width": 8, "height": 6},
                            {"id": 20, "file_name": "b.png", "width": 8, "height": 6}],
                 "categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}]}
                """
                        .formatted(String.join(",\n", annotations));
        return Files.writeString(folder.resolve("instances.json"), json);
    }

    private static String annotation(int id, int image, int category, String rest) {
        return "{\"id\": %d, \"image_id\": %d, \"category_id\": %d, %s}".formatted(id, image, category, rest);
    }

    private List<String> badOf(CocoRules rules, String... annotations) throws IOException {
        return CocoReader.read(file(annotations), rules).bad().list().stream()
                .map(BadAnnotation::toString)
                .toList();
    }

    @Test
    void classesAreNumberedByCategoryIdAndObjectsStayInOrder() throws IOException {
        CocoAnnotations read = CocoReader.read(
                file(annotation(2, 10, 7, GOOD), annotation(1, 10, 3, GOOD.replace("iscrowd\": 0", "iscrowd\": 1"))),
                TRAINING);
        assertThat(read.categoryIds()).containsExactly(3L, 7L);
        assertThat(read.classNames()).containsExactly("cat", "dog");
        List<Instance> objects = read.of(read.images().get(0));
        assertThat(objects).extracting(Instance::id).containsExactly(2L, 1L);
        assertThat(objects).extracting(Instance::label).containsExactly(1, 0);
        assertThat(objects).extracting(Instance::crowd).containsExactly(false, true);
        assertThat(objects.get(0).box()).isEqualTo(new BoundingBox(1, 1, 3, 3));
        assertThat(objects.get(0).region().rle(6, 8).area()).isEqualTo(9);
        assertThat(read.of(read.images().get(1))).isEmpty();
        assertThat(read.bad().summary()).isEqualTo("none");
    }

    @Test
    void theThreeFormsOfAMaskSayTheSame() throws IOException {
        Rle mask = new Rle(6, 8, new int[] {7, 3, 3, 3, 3, 3, 26});
        String box = "\"bbox\": [1, 1, 3, 3], \"area\": 9, ";
        CocoAnnotations read = CocoReader.read(
                file(
                        annotation(1, 10, 3, box + SQUARE),
                        annotation(
                                2,
                                10,
                                3,
                                box + "\"segmentation\": {\"size\": [6, 8], \"counts\": [7, 3, 3, 3, 3, 3, 26]}"),
                        annotation(
                                3,
                                10,
                                3,
                                box
                                        + "\"segmentation\": {\"size\": [6, 8], \"counts\": \"%s\"}"
                                                .formatted(mask.text()))),
                TRAINING);
        assertThat(read.of(read.images().get(0)))
                .extracting(instance -> instance.region().rle(6, 8))
                .containsExactly(mask, mask, mask);
    }

    @Test
    void badAnnotationsAreListedWithImageAndIdAndTheRestIsKept() throws IOException {
        assertThat(badOf(
                        TRAINING,
                        annotation(1, 10, 3, GOOD),
                        annotation(2, 10, 3, GOOD.replace("3, 3]", "3, 0]")),
                        annotation(3, 10, 3, GOOD.replace("[1, 1, 3", "[8, 1, 3")),
                        annotation(4, 10, 5, GOOD),
                        annotation(5, 30, 3, GOOD),
                        annotation(6, 20, 3, GOOD.replace("[1, 1, 3, 3]", "[1, 1, 3]")),
                        annotation(7, 20, 3, GOOD.replace("[1, 1, 3, 3]", "[NaN, 1, 3, 3]")),
                        annotation(8, 20, 3, GOOD.replace("[1, 1, 3, 3]", "[1, 1, -3, 3]")),
                        annotation(1, 20, 3, GOOD),
                        annotation(9, 20, 3, GOOD.replace("\"area\": 9, ", "")),
                        annotation(10, 20, 3, GOOD.replace("9", "0"))))
                .containsExactly(
                        "image 10, annotation 2: box width 3.0 height 0.0 has a side under one pixel",
                        "image 10, annotation 3: box x 8.0 y 1.0 width 3.0 height 3.0 lies outside the image of 8 x 6",
                        "image 10, annotation 4: category 5 is not among the categories",
                        "image 30, annotation 5: the image is not among the images",
                        "image 20, annotation 6: box of 3 numbers is not x, y, width, height",
                        "image 20, annotation 7: box x NaN y 1.0 width 3.0 height 3.0 is negative or not finite",
                        "image 20, annotation 8: box x 1.0 y 1.0 width -3.0 height 3.0 is negative or not finite",
                        "image 20, annotation 1: an annotation before it has the same id",
                        "image 20, annotation 9: area (none) is not a number from 0 up",
                        "image 20, annotation 10: area 0.0 is not above 0");
    }

    @Test
    void brokenMasksAreListedWithTheirReason() throws IOException {
        String box = "\"bbox\": [1, 1, 3, 3], \"area\": 9, \"segmentation\": ";
        String[] annotations = {
            annotation(1, 10, 3, box + "[[1, 1, 4, 1]]"),
            annotation(2, 10, 3, box + "[[1, 1, 4, 1, 4, 4, 2]]"),
            annotation(3, 10, 3, box + "[]"),
            annotation(4, 10, 3, box + "[[1, 1, 4, null, 4, 4]]"),
            annotation(5, 10, 3, box + "{\"size\": [6, 8], \"counts\": [7, 3]}"),
            annotation(6, 10, 3, box + "{\"size\": [8, 6], \"counts\": [7, 3, 38]}"),
            annotation(7, 10, 3, box + "\"none\""),
            annotation(8, 10, 3, "\"bbox\": [1, 1, 3, 3], \"area\": 9"),
            annotation(9, 10, 3, box + "[[1, 1, 4, 1, 4, 80.5]]")
        };
        assertThat(badOf(EVALUATION, annotations))
                .containsExactly(
                        "image 10, annotation 1: a polygon of 4 numbers is not at least 3 pairs",
                        "image 10, annotation 2: a polygon of 7 numbers is not at least 3 pairs",
                        "image 10, annotation 3: no polygon",
                        "image 10, annotation 4: null is not a number",
                        "image 10, annotation 5: run lengths sum to 10, not to the 48 pixels of 6 x 8 (height x width)",
                        "image 10, annotation 6: a mask of 8 x 6 does not fit an image of 6 x 8 (height x width)",
                        "image 10, annotation 7: segmentation is neither polygons nor run lengths: \"none\"",
                        "image 10, annotation 8: segmentation is neither polygons nor run lengths: (none)",
                        "image 10, annotation 9: polygon coordinate 80.5 is not within 10 lengths of its image of 8 x 6");
        assertThat(badOf(new CocoRules(false, true), annotations)).isEmpty();
    }

    /** It could not be filled, neither as it is nor larger. */
    @Test
    void aBoxFarBeyondItsImageIsListedWhateverIsWanted() throws IOException {
        String far = annotation(1, 10, 3, GOOD.replace("[1, 1, 3, 3]", "[-7, 1, 3.0e6, 3]"));
        for (boolean masks : new boolean[] {true, false}) {
            for (boolean learnable : new boolean[] {true, false}) {
                assertThat(badOf(new CocoRules(masks, learnable), far))
                        .containsExactly(
                                "image 10, annotation 1: box coordinate 2999993.0 is not within 10 lengths of its"
                                        + " image of 8 x 6");
            }
        }
    }

    @Test
    void incompleteAnnotationsAreListedByTheirPosition() throws IOException {
        assertThat(badOf(TRAINING, "{\"image_id\": 10}", "5", "{\"id\": 3, \"image_id\": \"x\"}"))
                .containsExactly(
                        "image 10, annotations[0]: id (none) is not a whole number",
                        "no image, annotations[1]: id (none) is not a whole number",
                        "image \"x\", annotation 3: image_id \"x\" is not a whole number");
    }

    @Test
    void countsAreGivenByKind() throws IOException {
        CocoAnnotations read = CocoReader.read(
                file(
                        annotation(1, 10, 5, GOOD),
                        annotation(2, 10, 6, GOOD),
                        annotation(3, 10, 3, GOOD.replace("3, 3]", "3, 0]"))),
                TRAINING);
        assertThat(read.bad().counts())
                .containsEntry(Kind.UNKNOWN_CATEGORY, 2L)
                .containsEntry(Kind.ZERO_SIZE, 1L)
                .hasSize(2);
        assertThat(read.bad().summary()).isEqualTo("2 unknown categories, 1 zero-size objects");
    }

    @Test
    void evaluationKeepsWhatPycocotoolsCounts() throws IOException {
        assertThat(badOf(
                        EVALUATION,
                        annotation(1, 10, 3, GOOD.replace("3, 3]", "3, 0]")),
                        annotation(2, 10, 3, GOOD.replace("[1, 1, 3", "[8, 1, 3"))))
                .isEmpty();
    }

    @Test
    void imagesWithoutFileAreListedAndLeftOutWithTheirAnnotations() throws IOException {
        Path json = file(annotation(1, 10, 3, GOOD), annotation(2, 20, 3, GOOD));
        Files.write(folder.resolve("b.png"), new byte[1]);
        CocoAnnotations read = CocoReader.read(json, folder, TRAINING);
        assertThat(read.images()).extracting("id").containsExactly(20L);
        assertThat(read.bad().list())
                .extracting(BadAnnotation::toString)
                .containsExactly(
                        "image 10 (a.png): there is no such file below " + folder,
                        "image 10, annotation 1: the image has no file");
        assertThat(read.bad().summary()).isEqualTo("1 missing images, 1 annotations without an image");
        assertThat(read.byImage().keySet()).containsExactly(20L);
    }

    @Test
    void imagesWithCrowdsAloneAreNotTrainedOn() throws IOException {
        CocoAnnotations read = CocoReader.read(
                file(annotation(1, 10, 3, GOOD.replace("iscrowd\": 0", "iscrowd\": 1")), annotation(2, 20, 3, GOOD)),
                TRAINING);
        assertThat(read.withoutEmptyImages().images()).extracting("id").containsExactly(20L);
    }

    @Test
    void aFileOfAnotherFormStopsTheReading() throws IOException {
        Path json = folder.resolve("x.json");
        String start = "annotation file " + json + " ";
        refused(json, "[]", start + "is not a JSON object");
        refused(json, "{\"images\": []}", start + "has no 'categories': it is not a COCO instance file");
        refused(json, "{\"images\": 5}", start + "'images' is not a list");
        refused(json, "{\"images\": [], \"images\": []}", start + "has 'images' twice");
        refused(
                json,
                "{\"images\": [{\"id\": 1, \"file_name\": \"a\", \"width\": 0, \"height\": 5}]}",
                start + "images: image 1 (a): 0 x 5 pixels is empty");
        refused(
                json,
                "{\"images\": [{\"id\": 1, \"width\": 3, \"height\": 5}]}",
                start + "images: no text 'file_name' in {\"id\":1,\"width\":3,\"height\":5}");
        refused(
                json,
                "{\"categories\": [{\"id\": 1, \"name\": \"a\"}, {\"id\": 1, \"name\": \"b\"}]}",
                start + "categories: two have the id 1");
        refused(
                json,
                "{\"images\": [], \"categories\": [], \"annotations\": []}",
                start + "has an empty list 'categories': there is nothing to find");
        Files.writeString(json, "{\"images\": [\n{\"id\" 1}]}");
        assertThatThrownBy(() -> CocoReader.read(json, TRAINING)).hasMessageStartingWith(start + "line 2: ");
    }

    private static void refused(Path json, String text, String message) throws IOException {
        Files.writeString(json, text);
        assertThatThrownBy(() -> CocoReader.read(json, TRAINING)).hasMessage(message);
    }

    @Test
    void nucleiMasksAreReadWithoutLoss() throws IOException {
        Path root = SharedData.folder("nuclei256");
        Path images = root.resolve("images/train");
        CocoAnnotations read = CocoReader.read(root.resolve("annotations/instances_train.json"), images, TRAINING);
        assertThat(read.bad().summary()).isEqualTo("none");
        assertThat(read.classNames()).containsExactly("nucleus");
        assertThat(objects(read)).hasSize(4506);
        CocoImages source = new CocoImages(images, read);
        assertThat(source.size()).isEqualTo(160);
        Annotated<Image> first = source.read(0);
        assertThat(first.image().width()).isEqualTo(first.entry().width());
        for (Instance nucleus : objects(read)) {
            Rle mask = nucleus.region().rle(256, 256);
            assertThat((double) mask.area()).isEqualTo(nucleus.area());
            assertThat(mask.box()).isEqualTo(nucleus.box());
        }
    }

    @Test
    void cocoImagesHoldTheirRecordedCounts() throws IOException {
        Path root = SharedData.folder("coco_cc");
        Path images = root.resolve("images/val");
        CocoAnnotations read = CocoReader.read(root.resolve("annotations/instances_val.json"), images, TRAINING);
        assertThat(read.bad().summary()).isEqualTo("none");
        assertThat(read.categoryIds()).hasSize(80).startsWith(1L).endsWith(90L);
        assertThat(read.images()).hasSize(48);
        assertThat(objects(read)).hasSize(412);
        assertThat(objects(read).stream().filter(Instance::crowd)).hasSize(6);
        assertThat(new CocoImages(images, read).read(5).instances()).isNotEmpty();
    }

    private static List<Instance> objects(CocoAnnotations read) {
        return read.images().stream().flatMap(image -> read.of(image).stream()).collect(Collectors.toList());
    }
}
