package dev.fovea.train;

import dev.fovea.data.Cached;
import dev.fovea.data.DataRoot;
import dev.fovea.data.Image;
import dev.fovea.data.Labelled;
import dev.fovea.data.Masked;
import dev.fovea.data.Source;
import dev.fovea.data.Subset;
import dev.fovea.data.instance.Annotated;
import dev.fovea.data.instance.BadAnnotations;
import dev.fovea.data.scenes.SceneGenerator;
import dev.fovea.data.scenes.SceneSource;
import dev.fovea.data.source.CifarBinary;
import dev.fovea.data.source.IdxFiles;
import dev.fovea.data.source.ImageFolder;
import dev.fovea.data.source.MaskFolder;
import dev.fovea.data.source.MaskRules;
import dev.fovea.data.source.PanopticClasses;
import dev.fovea.data.source.TarShards;
import dev.fovea.data.source.UnlabelledFolder;
import dev.fovea.recipe.DataBlock;
import dev.fovea.recipe.DataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The data sets that a recipe's data block names: its share of the training images, and all validation images. Each is
 * opened once, so that whoever asks shares its cache.
 */
public final class RecipeData {
    private final DataBlock block;
    private final Map<Split, Source<Image>> unlabelled = new EnumMap<>(Split.class);
    private final Map<Split, Source<Labelled<Image>>> labelled = new EnumMap<>(Split.class);
    private final Map<Split, Source<Masked<Image>>> masked = new EnumMap<>(Split.class);
    private final Map<Wanted, Source<Annotated<Image>>> annotated = new HashMap<>();
    private final Map<Split, Source<Annotated<Image>>> segments = new EnumMap<>(Split.class);
    private final ObjectData objects;
    private final SegmentData segmented;

    /**
     * @param masks whether objects need outlines
     * @param onlyWithObjects whether images without any are left out
     */
    private record Wanted(Split split, boolean masks, boolean onlyWithObjects) {}

    public RecipeData(DataBlock block) {
        this.block = block;
        objects = block.source() instanceof DataSource.Coco it ? new ObjectData(it) : null;
        segmented = block.source() instanceof DataSource.Panoptic it ? new SegmentData(it) : null;
    }

    /** A part of a data set. */
    public enum Split {
        TRAIN,
        VAL
    }

    /** The images of the data set that a part of the recipe's data comes from. */
    private Split of(Split wanted) {
        return block.measureOn() == DataBlock.Measured.TRAIN ? Split.TRAIN : wanted;
    }

    /** Images alone, whatever else the data set holds. */
    public Source<Image> images(Split wanted) throws IOException {
        Split split = of(wanted);
        DataSource source = block.source();
        if (source instanceof DataSource.Folder folder) {
            if (!unlabelled.containsKey(split)) {
                unlabelled.put(
                        split,
                        part(new UnlabelledFolder(DataRoot.expand(folder.path())), split, image -> image.rgb().length));
            }
            return unlabelled.get(split);
        }
        if (objects != null) {
            return annotated(new Wanted(split, false, false)).map(Annotated::image);
        }
        if (segmented != null) {
            return segments(split).map(Annotated::image);
        }
        return hasMasks()
                ? masked(split).map(Masked::image)
                : perhapsLabelled(split).map(Labelled::image);
    }

    /**
     * Images with one label each.
     *
     * @throws IllegalArgumentException names the first sample of shards that has none
     */
    public Source<Labelled<Image>> labelled(Split wanted) throws IOException {
        Source<Labelled<Image>> source = perhapsLabelled(of(wanted));
        OptionalInt without = withoutClass(source);
        if (without.isPresent()) {
            throw new IllegalArgumentException("data.source %s: %s has no class: no .cls of its name beside it"
                    .formatted(block.source(), source.name(without.getAsInt())));
        }
        return source;
    }

    /** The first sample without a class; only shards can have any. */
    private OptionalInt withoutClass(Source<Labelled<Image>> source) {
        return block.source() instanceof DataSource.Shards
                ? IntStream.range(0, source.size())
                        .filter(i -> source.label(i) == Source.NO_LABEL)
                        .findFirst()
                : OptionalInt.empty();
    }

    private Source<Labelled<Image>> perhapsLabelled(Split split) throws IOException {
        if (!labelled.containsKey(split)) {
            labelled.put(
                    split,
                    part(allLabelled(split), split, sample -> sample.image().rgb().length));
        }
        return labelled.get(split);
    }

    /** Images with a label for each pixel. */
    public Source<Masked<Image>> masked(Split wanted) throws IOException {
        Split split = of(wanted);
        if (!masked.containsKey(split)) {
            ToLongFunction<Masked<Image>> bytes =
                    sample -> sample.image().rgb().length + sample.mask().labels().length;
            masked.put(split, part(allMasked(split), split, bytes));
        }
        return masked.get(split);
    }

    /**
     * Images with objects; those to learn from have at least one.
     *
     * @param masks whether objects need outlines
     */
    public Source<Annotated<Image>> annotated(Split wanted, boolean masks) {
        Split split = of(wanted);
        return annotated(new Wanted(split, masks, split == Split.TRAIN));
    }

    private Source<Annotated<Image>> annotated(Wanted wanted) {
        return annotated.computeIfAbsent(
                wanted, each -> part(allAnnotated(each), each.split(), RecipeData::bytesOfImage));
    }

    private static long bytesOfImage(Annotated<Image> sample) {
        return sample.image().rgb().length;
    }

    /** Images cut into segments of things and stuff. */
    public Source<Annotated<Image>> segments(Split split) {
        return segments.computeIfAbsent(of(split), each -> part(allSegments(each), each, RecipeData::bytesOfImage));
    }

    private Source<Annotated<Image>> allSegments(Split split) {
        if (block.source() instanceof DataSource.Scenes it) {
            return scenes(it, split).segments();
        }
        return requireSegments().open(split);
    }

    /** The classes of segments; generated scenes count them from 1. */
    public PanopticClasses segmentClasses() {
        if (block.source() instanceof DataSource.Scenes it) {
            List<String> names = scenes(it, Split.TRAIN).classNames();
            List<Long> ids = LongStream.rangeClosed(1, names.size()).boxed().toList();
            return new PanopticClasses(ids, names, SceneSource.things());
        }
        return requireSegments().classes();
    }

    private SegmentData requireSegments() {
        if (segmented == null) {
            throw new IllegalArgumentException("data.source %s has no segments".formatted(block.source()));
        }
        return segmented;
    }

    private Source<Annotated<Image>> allAnnotated(Wanted wanted) {
        if (block.source() instanceof DataSource.Scenes it) {
            return scenes(it, wanted.split()).objects();
        }
        requireObjects();
        return objects.open(wanted.split(), wanted.masks(), wanted.onlyWithObjects());
    }

    /** Names of the classes of objects. */
    public List<String> objectClasses() {
        if (block.source() instanceof DataSource.Scenes it) {
            return scenes(it, Split.TRAIN).objects().classNames();
        }
        requireObjects();
        return objects.classNames();
    }

    /** Annotations that cannot be used, with their file, as far as the part was opened. */
    public BadAnnotations leftOut(Split wanted) {
        Split split = of(wanted);
        if (segmented != null) {
            return segmented.leftOut(split);
        }
        return objects == null ? BadAnnotations.NONE : objects.leftOut(split);
    }

    private void requireObjects() {
        if (objects == null) {
            throw new IllegalArgumentException("data.source %s has no objects".formatted(block.source()));
        }
    }

    public boolean hasVal() {
        return block.hasVal();
    }

    /** Whether {@link #labelled} works: every image has one class. */
    public boolean hasLabels() throws IOException {
        if (block.source() instanceof DataSource.Shards) {
            return withoutClass(perhapsLabelled(of(Split.TRAIN))).isEmpty()
                    && (!hasVal()
                            || withoutClass(perhapsLabelled(of(Split.VAL))).isEmpty());
        }
        return !(block.source() instanceof DataSource.Folder)
                && objects == null
                && segmented == null
                && (!hasMasks() || block.source() instanceof DataSource.Scenes);
    }

    private boolean hasMasks() {
        return block.source().hasPixelLabels();
    }

    /** Names of the classes, or their numbers where the data set has none. */
    public List<String> classNames(Source<?> source) {
        if (block.source() instanceof DataSource.Pairs pairs) {
            return pairs.classNames().isEmpty() ? numbers(pairs.numClasses()) : pairs.classNames();
        }
        if (!source.classNames().isEmpty()) {
            return source.classNames();
        }
        int last = -1;
        for (int i = 0; i < source.size(); i++) {
            last = Math.max(last, source.label(i));
        }
        if (last < 0) {
            throw new IllegalArgumentException("data.source %s has no labels".formatted(block.source()));
        }
        return numbers(last + 1);
    }

    private static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    private <S> Source<S> part(Source<S> source, Split split, ToLongFunction<S> bytes) {
        Source<S> share = split == Split.TRAIN && block.fraction() < 1
                ? Subset.fraction(source, block.fraction(), block.draw())
                : source;
        return block.cacheBytes() > 0 ? new Cached<>(share, block.cacheBytes(), bytes) : share;
    }

    private Source<Labelled<Image>> allLabelled(Split split) throws IOException {
        boolean train = split == Split.TRAIN;
        DataSource source = block.source();
        if (source instanceof DataSource.ImageFolder it) {
            Path root = DataRoot.expand(it.path());
            ImageFolder first = new ImageFolder(root.resolve(it.train()));
            return train ? first : new ImageFolder(root.resolve(it.val()), first.classNames());
        } else if (source instanceof DataSource.Cifar it) {
            Path root = DataRoot.expand(it.path());
            return it.classes() == 10 ? CifarBinary.cifar10(root, train) : CifarBinary.cifar100(root, train);
        } else if (source instanceof DataSource.Idx it) {
            Path root = DataRoot.expand(it.path());
            return train
                    ? new IdxFiles(root.resolve(it.trainImages()), root.resolve(it.trainLabels()))
                    : new IdxFiles(
                            root.resolve(it.valImages().orElseThrow()),
                            root.resolve(it.valLabels().orElseThrow()));
        } else if (source instanceof DataSource.Shards it) {
            Path folder = DataRoot.expand(it.path())
                    .resolve(train ? it.train() : it.val().orElseThrow());
            return TarShards.in(folder);
        } else if (source instanceof DataSource.Scenes it) {
            return scenes(it, split).labelled();
        }
        throw new IllegalArgumentException("data.source %s has no class for each image".formatted(source));
    }

    private Source<Masked<Image>> allMasked(Split split) throws IOException {
        DataSource source = block.source();
        if (source instanceof DataSource.Pairs it) {
            MaskRules rules =
                    new MaskRules(it.numClasses(), it.ignoreIndex().orElse(MaskRules.NONE), it.reduceZeroLabel());
            return MaskFolder.split(DataRoot.expand(it.path()), split == Split.TRAIN ? it.train() : it.val(), rules);
        } else if (source instanceof DataSource.Published it) {
            return it.set().open(DataRoot.expand(it.path()), split == Split.TRAIN);
        } else if (source instanceof DataSource.Scenes it) {
            return scenes(it, split);
        }
        throw new IllegalArgumentException("data.source %s has no label for each pixel".formatted(source));
    }

    private static SceneSource scenes(DataSource.Scenes it, Split split) {
        SceneGenerator generator = new SceneGenerator(it.size());
        return split == Split.TRAIN
                ? new SceneSource(generator, it.seed(), 0, it.train())
                : new SceneSource(generator, it.seed(), it.train(), it.val());
    }
}
