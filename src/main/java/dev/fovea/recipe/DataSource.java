package dev.fovea.recipe;

import dev.fovea.data.DataRoot;
import dev.fovea.data.source.SegmentationSet;
import java.util.List;
import java.util.Optional;

/**
 * Where images and labels come from; the key {@code kind} tells which of these it is. A path may contain
 * {@code ${FOVEA_DATA}}, see {@link DataRoot}.
 */
public sealed interface DataSource {
    boolean hasVal();

    /** Whether each pixel has a class. */
    default boolean hasPixelLabels() {
        return false;
    }

    /** Whether each object has a class and an outline. */
    default boolean hasObjects() {
        return false;
    }

    /** Whether each training image with objects also has a class for every pixel, things and stuff. */
    default boolean hasSemanticMaps() {
        return false;
    }

    /** Whether each image is cut into segments of things and stuff. */
    default boolean hasSegments() {
        return false;
    }

    /** All images below a folder, without labels ({@code kind: folder}). */
    record Folder(String path) implements DataSource {
        @Override
        public boolean hasVal() {
            return false;
        }
    }

    /** A folder per split, in it a folder per class ({@code kind: imagefolder}). */
    record ImageFolder(String path, @Default("train") String train, @Default("val") String val) implements DataSource {
        @Override
        public boolean hasVal() {
            return true;
        }
    }

    /** CIFAR-10 or CIFAR-100 as binary files ({@code kind: cifar}). */
    record Cifar(String path, @Default("10") int classes) implements DataSource {
        public Cifar {
            Rule.that(classes == 10 || classes == 100, "classes %d is neither 10 nor 100", classes);
        }

        @Override
        public boolean hasVal() {
            return true;
        }
    }

    /** MNIST-style IDX files, gzipped or not ({@code kind: idx}); file names are relative to the path. */
    record Idx(
            String path, String trainImages, String trainLabels, Optional<String> valImages, Optional<String> valLabels)
            implements DataSource {
        public Idx {
            Rule.that(
                    valImages.isPresent() == valLabels.isPresent(),
                    "valImages and valLabels must be given both or not at all");
        }

        @Override
        public boolean hasVal() {
            return valImages.isPresent();
        }
    }

    /**
     * Images with a label for each pixel ({@code kind: pairs}): {@code images/SPLIT} beside {@code masks/SPLIT},
     * {@code annotations/SPLIT} or {@code labels/SPLIT}, as in CamVid and ADE20K.
     *
     * @param numClasses classes after {@code reduceZeroLabel}
     * @param ignoreIndex a number in the masks that means "no class", besides 255
     * @param reduceZeroLabel 0 means "no class" and class k is stored as k + 1 (ADE20K)
     * @param classNames by class number; empty = unnamed
     */
    record Pairs(
            String path,
            @Default("train") String train,
            @Default("val") String val,
            int numClasses,
            Optional<Integer> ignoreIndex,
            @Default("false") boolean reduceZeroLabel,
            @Default("[]") List<String> classNames)
            implements DataSource {
        public Pairs {
            Rule.that(numClasses >= 2 && numClasses <= 255, "numClasses %d is not in 2..255", numClasses);
            Rule.that(
                    ignoreIndex.orElse(255) >= 0 && ignoreIndex.orElse(255) <= 255,
                    "ignoreIndex %d is not in 0..255",
                    ignoreIndex.orElse(255));
            classNames = List.copyOf(classNames);
            Rule.that(
                    classNames.isEmpty() || classNames.size() == numClasses,
                    "classNames has %d names for numClasses %d",
                    classNames.size(),
                    numClasses);
        }

        @Override
        public boolean hasVal() {
            return true;
        }

        @Override
        public boolean hasPixelLabels() {
            return true;
        }
    }

    /**
     * A published data set as its download unpacks ({@code kind: published}); {@code docs/segmentation.md} has the
     * layouts, classes and splits.
     */
    record Published(SegmentationSet set, String path) implements DataSource {
        @Override
        public boolean hasVal() {
            return true;
        }

        @Override
        public boolean hasPixelLabels() {
            return true;
        }
    }

    /**
     * Images with objects as COCO states them ({@code kind: coco}); {@code docs/detection.md} has the layout. Both
     * annotation files must have the same categories.
     *
     * @param path the folder that the parts' paths start from
     */
    record Coco(
            String path,
            @Default("{images: images/train, annotations: annotations/instances_train.json}") Part train,
            @Default("{images: images/val, annotations: annotations/instances_val.json}") Part val)
            implements DataSource {
        /**
         * @param images the folder that the annotations' file names start from
         * @param annotations a file of instances
         * @param semantic a folder with a class map for every image, the value 255 for none (COCO's stuffthingmaps)
         */
        public record Part(String images, String annotations, Optional<String> semantic) {}

        @Override
        public boolean hasVal() {
            return true;
        }

        @Override
        public boolean hasObjects() {
            return true;
        }

        @Override
        public boolean hasSemanticMaps() {
            return train.semantic().isPresent();
        }
    }

    /**
     * Images with COCO's panoptic labels ({@code kind: panoptic}); {@code docs/detection.md} has the layout. Both annotation
     * files must have the same categories.
     *
     * @param path the folder that the parts' paths start from
     */
    record Panoptic(
            String path,
            @Default("{images: images/train, annotations: annotations/panoptic_train.json, maps: panoptic_train}")
                    Part train,
            @Default("{images: images/val, annotations: annotations/panoptic_val.json, maps: panoptic_val}") Part val)
            implements DataSource {
        /**
         * @param images the folder that the annotations' file names start from
         * @param annotations a file of panoptic segments, with its list of images
         * @param maps the folder of the PNGs whose colours are ids of segments
         */
        public record Part(String images, String annotations, String maps) {}

        @Override
        public boolean hasVal() {
            return true;
        }

        @Override
        public boolean hasSegments() {
            return true;
        }
    }

    /** Folders of WebDataset tar files, one folder per split ({@code kind: shards}). */
    record Shards(String path, @Default("train") String train, Optional<String> val) implements DataSource {
        @Override
        public boolean hasVal() {
            return val.isPresent();
        }
    }

    /**
     * Scenes that are generated as they are read ({@code kind: scenes}), each pixel labelled, each house and tree outlined.
     * Where one label for the image is needed, it is the class with the most pixels besides sky and field.
     *
     * @param train scenes to train on
     * @param val scenes to measure on, other ones
     * @param size side in pixels
     */
    record Scenes(int train, int val, @Default("64") int size, @Default("0") long seed) implements DataSource {
        public Scenes {
            Rule.positive("train", train);
            Rule.positive("val", val);
            Rule.positive("size", size);
        }

        @Override
        public boolean hasVal() {
            return true;
        }

        @Override
        public boolean hasObjects() {
            return true;
        }

        @Override
        public boolean hasSemanticMaps() {
            return true;
        }

        @Override
        public boolean hasSegments() {
            return true;
        }

        @Override
        public boolean hasPixelLabels() {
            return true;
        }
    }
}
