package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fovea.apply.ImageClassifier;
import dev.fovea.apply.ImagePaths;
import dev.fovea.apply.ImageSegmenter;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;
import dev.fovea.report.Grid;
import dev.fovea.report.Palette;
import dev.fovea.report.Pixels;
import dev.fovea.train.TrainedModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Pictures of predictions in a folder, and what they say as JSON. */
final class PredictionFiles {
    private final Path folder;
    private final Set<String> taken = new HashSet<>();
    private final ArrayNode predictions = new ObjectMapper().createArrayNode();

    PredictionFiles(Path folder) {
        this.folder = folder;
    }

    ArrayNode classified(TrainedModel trained, ImagePaths images, int top) throws IOException {
        List<ImageClassifier.Prediction> told = new ImageClassifier(trained).predict(images, top);
        List<Path> files = images.files(
                told.stream().map(ImageClassifier.Prediction::image).toList());
        for (int i = 0; i < files.size(); i++) {
            ImageClassifier.Prediction prediction = told.get(i);
            Path file = files.get(i);
            ImageClassifier.ClassScore best = prediction.classes().get(0);
            String caption = String.format(Locale.ROOT, "%s %.0f %%", best.className(), 100 * best.probability());
            BufferedImage image = Pixels.of(ImageDecoder.decode(file));
            Path picture = write(
                    file,
                    "_classes",
                    new Grid(List.of(caption))
                            .row("", List.of(new Grid.Cell(image)))
                            .draw());
            ObjectNode node = predictions.addObject().put("image", prediction.image());
            ArrayNode classes = node.putArray("classes");
            prediction.classes().forEach(each -> classes.addObject()
                    .put("class", each.className())
                    .put("share", each.probability()));
            node.put("picture", picture.toString());
        }
        return predictions;
    }

    ArrayNode segmented(TrainedModel trained, ImagePaths images) throws IOException {
        ImageSegmenter segmenter = new ImageSegmenter(trained);
        Palette palette = Palette.of(segmenter.classNames());
        images.each((i, image) -> {
            LabelMap labels = segmenter.segment(image);
            Path file = images.file(i);
            ObjectNode node = predictions.addObject().put("image", images.name(i));
            shares(node.putArray("classes"), labels, segmenter.classNames());
            node.put(
                    "overlay",
                    write(file, "_overlay", Pixels.overlay(Pixels.of(image), labels, palette))
                            .toString());
            node.put("labels", write(file, "_labels", grey(labels)).toString());
        });
        return predictions;
    }

    private static void shares(ArrayNode classes, LabelMap labels, List<String> names) {
        int[] counts = labels.histogram();
        IntStream.range(0, names.size())
                .filter(k -> counts[k] > 0)
                .boxed()
                .sorted(Comparator.comparingInt((Integer k) -> counts[k]).reversed())
                .forEach(k -> classes.addObject()
                        .put("class", names.get(k))
                        .put("number", k)
                        .put("share", (double) counts[k] / labels.labels().length));
    }

    /** The class numbers as the values of an 8-bit picture, as data sets have their masks. */
    private static BufferedImage grey(LabelMap labels) {
        BufferedImage picture = new BufferedImage(labels.width(), labels.height(), BufferedImage.TYPE_BYTE_GRAY);
        int[] values = new int[labels.labels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = labels.labels()[i] & 0xff;
        }
        picture.getRaster().setPixels(0, 0, labels.width(), labels.height(), values);
        return picture;
    }

    /** Images of the same name from different folders get numbers. */
    Path write(Path image, String suffix, BufferedImage picture) throws IOException {
        String base = image.getFileName().toString().replaceFirst("\\.[^.]*$", "") + suffix;
        String name = base;
        for (int i = 2; !taken.add(name); i++) {
            name = base + "-" + i;
        }
        Path file = folder.resolve(name + ".png");
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }
}
