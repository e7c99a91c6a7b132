package dev.fovea.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.data.Image;
import dev.fovea.data.LabelMap;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.Instance;
import dev.fovea.data.instance.Panoptic;
import dev.fovea.data.instance.Rle;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.data.scenes.SceneSource;
import dev.fovea.eval.PanopticResults;
import dev.fovea.report.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Generated scenes as a folder that is laid out like COCO's. */
public final class CocoScenes {
    public static final List<String> CLASSES = List.of("house", "tree");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SceneGenerator generator;
    private final Path folder;

    public CocoScenes(int size, Path folder) {
        generator = new SceneGenerator(size);
        this.folder = folder;
    }

    /** Writes train2017/ and val2017/ with their annotations; the category ids are 10, 20, … */
    public Path write(int train, int val) throws IOException {
        part("train2017", 0, train);
        part("val2017", train, val);
        return folder;
    }

    /** Writes a class map for each training image of {@link #write}, as COCO-Stuff has them: stuffthingmaps/train2017/. */
    public void writeSemantic(int train) throws IOException {
        Path maps = Files.createDirectories(folder.resolve("stuffthingmaps/train2017"));
        int size = generator.size();
        for (int i = 0; i < train; i++) {
            LabelMap map = generator.generate(5, i).mask();
            BufferedImage grey = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
            for (int pixel = 0; pixel < size * size; pixel++) {
                int x = pixel % size, y = pixel / size;
                grey.getRaster().setSample(x, y, 0, map.at(x, y));
            }
            ImageIO.write(
                    grey, "png", maps.resolve("%012d.png".formatted(100 + i)).toFile());
        }
    }

    /** Writes the same images with panoptic labels; category ids are 7, 14, … */
    public Path writeSegments(int train, int val) throws IOException {
        segments("train2017", 0, train);
        segments("val2017", train, val);
        return folder;
    }

    private void segments(String split, int first, int count) throws IOException {
        String name = "panoptic_" + split;
        Path maps = Files.createDirectories(folder.resolve("annotations").resolve(name));
        Path pictures = Files.createDirectories(folder.resolve(split));
        SceneSource scenes = new SceneSource(generator, 5, first, count);
        List<Long> ids = new ArrayList<>();
        ObjectNode root = JSON.createObjectNode();
        ArrayNode images = root.putArray("images"), categories = root.putArray("categories");
        for (String each : scenes.classNames()) {
            ids.add(7L * (ids.size() + 1));
            boolean thing = SceneSource.things().get(ids.size() - 1);
            categories.addObject().put("id", 7 * ids.size()).put("name", each).put("isthing", thing ? 1 : 0);
        }
        PanopticResults results = new PanopticResults(ids);
        for (int i = 0; i < count; i++) {
            Annotated<Image> scene = scenes.segments().read(i);
            int id = 100 + first + i, size = generator.size();
            String file = "%012d.png".formatted(id);
            Panoptic cut = Panoptic.of(size, size, scene.instances());
            ImageIO.write(
                    Pixels.of(scene.image()), "png", pictures.resolve(file).toFile());
            ImageIO.write(Pixels.ids(cut), "png", maps.resolve(file).toFile());
            images.addObject()
                    .put("id", id)
                    .put("file_name", file)
                    .put("width", size)
                    .put("height", size);
            results.add(id, file, cut);
        }
        root.set("annotations", JSON.readTree(results.bytes()).get("annotations"));
        JSON.writeValue(folder.resolve("annotations").resolve(name + ".json").toFile(), root);
    }

    private void part(String split, int first, int count) throws IOException {
        Files.createDirectories(folder.resolve(split));
        Files.createDirectories(folder.resolve("annotations"));
        ObjectNode root = JSON.createObjectNode();
        ArrayNode images = root.putArray("images"), annotations = root.putArray("annotations");
        ArrayNode categories = root.putArray("categories");
        for (int k = 0; k < CLASSES.size(); k++) {
            categories.addObject().put("id", 10 * (k + 1)).put("name", CLASSES.get(k));
        }
        for (int i = first; i < first + count; i++) {
            Annotated<Image> scene = generator.objects(5, i);
            String name = "%012d.png".formatted(100 + i);
            ImageIO.write(
                    Pixels.of(scene.image()),
                    "png",
                    folder.resolve(split).resolve(name).toFile());
            images.addObject()
                    .put("id", 100 + i)
                    .put("file_name", name)
                    .put("width", scene.image().width())
                    .put("height", scene.image().height());
            int image = 100 + i;
            scene.instances().forEach(instance -> annotate(annotations.addObject(), instance, image));
        }
        JSON.writeValue(
                folder.resolve("annotations/instances_" + split + ".json").toFile(), root);
    }

    private static void annotate(ObjectNode node, Instance instance, int image) {
        node.put("id", instance.id())
                .put("image_id", image)
                .put("category_id", 10 * (instance.label() + 1))
                .put("area", instance.area())
                .put("iscrowd", 0);
        node.putArray("bbox")
                .add(instance.box().x())
                .add(instance.box().y())
                .add(instance.box().width())
                .add(instance.box().height());
        Rle mask = (Rle) instance.region();
        ObjectNode segmentation = node.putObject("segmentation").put("counts", mask.text());
        segmentation.putArray("size").add(mask.height()).add(mask.width());
    }
}
