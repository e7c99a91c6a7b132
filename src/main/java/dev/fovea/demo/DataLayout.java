package dev.fovea.demo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.data.ImageDecoder;
import dev.fovea.data.LabelMap;
import dev.fovea.data.source.SegmentationSet;
import dev.fovea.recipe.DataSource;
import dev.fovea.recipe.DetectRecipe;
import dev.fovea.recipe.PanopticRecipe;
import dev.fovea.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a folder of a user's images turns out to be. */
public sealed interface DataLayout {
    Path folder();

    /** The source block of a recipe. */
    String source();

    /** Images with a mask each: {@code images/train}, {@code masks/train} and so on. */
    record Masks(Path folder, String train, String val, int classes, List<String> names) implements DataLayout {
        @Override
        public String source() {
            return "{kind: pairs, path: \"%s\", train: %s, val: %s, numClasses: %d, classNames: [%s]}"
                    .formatted(folder, train, val, classes, quoted(names));
        }
    }

    /** A published data set for segmentation. */
    record Published(Path folder, SegmentationSet set) implements DataLayout {
        @Override
        public String source() {
            return "{kind: published, set: %s, path: \"%s\"}".formatted(set.key(), folder);
        }
    }

    /** A folder per class, in a folder per split. */
    record Classes(Path folder, String train, String val) implements DataLayout {
        @Override
        public String source() {
            return "{kind: imagefolder, path: \"%s\", train: %s, val: %s}".formatted(folder, train, val);
        }
    }

    /** Images alone. */
    record Unlabelled(Path folder) implements DataLayout {
        @Override
        public String source() {
            return "{kind: folder, path: \"%s\"}".formatted(folder);
        }
    }

    /** What a recipe learns from. */
    enum Wanted {
        OBJECTS,
        SEGMENTS,
        /** Classes of images or of pixels, or images alone. */
        OTHERS;

        public static Wanted by(Recipe recipe) {
            if (recipe instanceof DetectRecipe) {
                return OBJECTS;
            }
            return recipe instanceof PanopticRecipe ? SEGMENTS : OTHERS;
        }
    }

    List<String> MASK_FOLDERS = List.of("masks", "annotations", "labels");
    List<String> TRAIN_NAMES = List.of("train", "training");
    List<String> VAL_NAMES = List.of("val", "validation", "test");

    /**
     * A setting that points a recipe to a folder: another path where the recipe's kind of source fits it, else another source.
     *
     * @param own what the recipe reads now
     * @param wanted which tells apart what folders with several kinds of labels are for
     */
    static String setting(Path folder, DataSource own, Wanted wanted) throws IOException {
        String path = "data.source.path=\"%s\"".formatted(folder);
        if (wanted == Wanted.OBJECTS) {
            return own instanceof DataSource.Coco it && holds(folder, it.train()) && holds(folder, it.val())
                    ? path
                    : "data.source=" + CocoLayout.OBJECTS.source(folder);
        } else if (wanted == Wanted.SEGMENTS) {
            return own instanceof DataSource.Panoptic it && holds(folder, it.train()) && holds(folder, it.val())
                    ? path
                    : "data.source=" + CocoLayout.SEGMENTS.source(folder);
        }
        boolean archive =
                own instanceof DataSource.Cifar || own instanceof DataSource.Idx || own instanceof DataSource.Shards;
        if (archive || !Files.isDirectory(folder)) {
            return path;
        }
        if (SegmentationSet.of(folder).isPresent()) {
            return "data.source=" + of(folder).source();
        }
        boolean fits = own instanceof DataSource.Pairs pairs && hasSplits(folder, pairs)
                || own instanceof DataSource.ImageFolder it && Files.isDirectory(folder.resolve(it.train()))
                || own instanceof DataSource.Folder;
        return fits ? path : "data.source=" + of(folder).source();
    }

    private static boolean hasSplits(Path folder, DataSource.Pairs it) {
        return maskSplits(folder)
                .filter(masks -> masks.train().equals(it.train()) && masks.val().equals(it.val()))
                .isPresent();
    }

    private static boolean holds(Path folder, DataSource.Coco.Part part) {
        return Files.isDirectory(folder.resolve(part.images()))
                && Files.isRegularFile(folder.resolve(part.annotations()));
    }

    private static boolean holds(Path folder, DataSource.Panoptic.Part part) {
        return Files.isDirectory(folder.resolve(part.images()))
                && Files.isDirectory(folder.resolve(part.maps()))
                && Files.isRegularFile(folder.resolve(part.annotations()));
    }

    /** Looks for the marks of published data sets, then for masks, then for folders of classes; any other folder is images alone. */
    static DataLayout of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("--data %s is no folder".formatted(folder));
        }
        Optional<SegmentationSet> set = SegmentationSet.of(folder);
        if (set.isPresent()) {
            return new Published(folder, set.get());
        }
        Optional<Masks> masks = maskSplits(folder);
        if (masks.isPresent()) {
            int classes = classesIn(masks.get().folder());
            return new Masks(folder, masks.get().train(), masks.get().val(), classes, names(folder, classes));
        }
        Optional<String> train = first(folder, TRAIN_NAMES);
        Optional<String> val = first(folder, VAL_NAMES);
        if (train.isPresent() && val.isPresent() && subfolders(folder.resolve(train.get())) > 1) {
            return new Classes(folder, train.get(), val.get());
        }
        return new Unlabelled(folder);
    }

    /** The folder of the masks and the names of its splits; classes are not counted. */
    private static Optional<Masks> maskSplits(Path folder) {
        for (String name : MASK_FOLDERS) {
            Path root = folder.resolve(name);
            Optional<String> train = first(root, TRAIN_NAMES);
            Optional<String> val = first(root, VAL_NAMES);
            if (train.isPresent() && val.isPresent() && Files.isDirectory(folder.resolve("images"))) {
                return Optional.of(new Masks(root, train.get(), val.get(), 0, List.of()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> first(Path root, List<String> names) {
        return names.stream()
                .filter(name -> Files.isDirectory(root.resolve(name)))
                .findFirst();
    }

    private static long subfolders(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).count();
        }
    }

    /** One more than the greatest label of any mask; 255 means no class. */
    private static int classesIn(Path masks) throws IOException {
        int greatest = 0;
        try (Stream<Path> files = Files.walk(masks)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".png")).toList()) {
                LabelMap map = ImageDecoder.decodeMask(file);
                int[] counts = map.histogram();
                for (int label = LabelMap.IGNORE - 1; label > greatest; label--) {
                    greatest = counts[label] > 0 ? label : greatest;
                }
            }
        }
        if (greatest == 0) {
            throw new IllegalArgumentException(
                    "the masks below %s (*.png) hold no label above 0: there is nothing to tell apart"
                            .formatted(masks));
        }
        return greatest + 1;
    }

    /** {@code classes.json}, a list of names by class number, where there is one that fits. */
    private static List<String> names(Path folder, int classes) throws IOException {
        Path file = folder.resolve("classes.json");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> names = new ObjectMapper().readValue(file.toFile(), new TypeReference<List<String>>() {});
        return names.size() == classes ? names : List.of();
    }

    private static String quoted(List<String> names) {
        return names.isEmpty() ? "" : "\"" + String.join("\", \"", names) + "\"";
    }
}
