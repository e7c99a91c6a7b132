package dev.fovea.train;

import dev.fovea.backbone.Size;
import dev.fovea.data.FloatImage;
import dev.fovea.data.Image;
import dev.fovea.data.SampleTransform;
import dev.fovea.data.augment.AreaCrop;
import dev.fovea.data.augment.CategoryCrop;
import dev.fovea.data.augment.CentreCrop;
import dev.fovea.data.augment.ColorJitter;
import dev.fovea.data.augment.DetectEval;
import dev.fovea.data.augment.DetectTrain;
import dev.fovea.data.augment.Filter;
import dev.fovea.data.augment.Flip;
import dev.fovea.data.augment.MovedObjects;
import dev.fovea.data.augment.MultiView;
import dev.fovea.data.augment.Normalize;
import dev.fovea.data.augment.OneOf;
import dev.fovea.data.augment.PhotoMetricDistortion;
import dev.fovea.data.augment.RandAugment;
import dev.fovea.data.augment.RandomErasing;
import dev.fovea.data.augment.RandomResizedCrop;
import dev.fovea.data.augment.RandomScale;
import dev.fovea.data.augment.RandomSquareCrop;
import dev.fovea.data.augment.Range;
import dev.fovea.data.augment.RangeCrop;
import dev.fovea.data.augment.ScaleBox;
import dev.fovea.data.augment.SegmentEval;
import dev.fovea.data.augment.SegmentTrain;
import dev.fovea.data.augment.ViewColour;
import dev.fovea.data.instance.ObjectView;
import dev.fovea.recipe.ClassifyAugment;
import dev.fovea.recipe.Crop;
import dev.fovea.recipe.DataBlock;
import dev.fovea.recipe.DetectAugment;
import dev.fovea.recipe.DetectInference;
import dev.fovea.recipe.DetectStep;
import dev.fovea.recipe.Inference;
import dev.fovea.recipe.Jitter;
import dev.fovea.recipe.MultiViewAugment;
import dev.fovea.recipe.PanopticInference;
import dev.fovea.recipe.PretrainAugment;
import dev.fovea.recipe.ProbeAugment;
import dev.fovea.recipe.SegmentAugment;
import dev.fovea.recipe.SegmentRecipe;
import java.util.List;
import java.util.Optional;

/** From files' pixels to what a model sees: the transforms that a recipe's blocks describe. */
public final class RecipeViews {
    private final Size size;
    private final Normalize normalize;

    public RecipeViews(Size size, DataBlock data) {
        this.size = size;
        normalize = new Normalize(data.mean(), data.std());
    }

    public Normalize normalize() {
        return normalize;
    }

    public SampleTransform<Image, FloatImage> pretrain(PretrainAugment block) {
        SampleTransform<Image, Image> view = crop(block.crop()).andThen(new Flip(block.flip()));
        return block.jitter().map(it -> colours(it).andThen(view)).orElse(view).andThen(normalize);
    }

    /** @param patch side of the backbone's patches in pixels */
    public MultiView several(MultiViewAugment block, int patch) {
        var it = block.reference();
        ViewColour colour = colour(block.colour(), it.blur(), it.solarize());
        List<MultiView.Queries> queries = block.queries().stream()
                .map(each -> new MultiView.Queries(
                        each.count(),
                        new MultiView.View(
                                each.size(),
                                new AreaCrop(range(each.scale()), range(each.ratio())),
                                each.flip(),
                                colour(block.colour(), each.blur(), each.solarize()))))
                .toList();
        AreaCrop crop = new AreaCrop(range(it.scale()), range(it.ratio()));
        return new MultiView(new MultiView.View(side(), crop, it.flip(), colour), queries, patch, normalize);
    }

    private static ViewColour colour(Optional<MultiViewAugment.Colours> block, double blur, double solarize) {
        return block.map(it -> new ViewColour(
                        it.probability(),
                        it.brightness(),
                        it.contrast(),
                        it.saturation(),
                        it.hue(),
                        it.grey(),
                        blur,
                        solarize))
                .orElse(new ViewColour(0, 0, 0, 0, 0, 0, blur, solarize));
    }

    /** The order of timm's create_transform. */
    public SampleTransform<Image, FloatImage> classify(ClassifyAugment block) {
        SampleTransform<Image, Image> view = crop(block.crop()).andThen(new Flip(block.flip()));
        if (block.randAugment().isPresent()) {
            var it = block.randAugment().get();
            view = view.andThen(
                    new RandAugment(it.layers(), it.magnitude(), it.magnitudeStd(), it.increasing(), normalize.mean()));
        }
        SampleTransform<Image, FloatImage> normalised =
                jittered(view, block.jitter()).andThen(normalize);
        return block.erasing() > 0 ? normalised.andThen(new RandomErasing(block.erasing())) : normalised;
    }

    /** A probe whose crop is absent sees every image as it is measured. */
    public SampleTransform<Image, FloatImage> probe(ProbeAugment block) {
        return block.crop()
                .map(crop -> crop(crop).andThen(new Flip(block.flip())).andThen(normalize))
                .orElseGet(() -> centre(block.evalCrop()));
    }

    /** @param share side of the crop as a share of the resized image's shorter side */
    public SampleTransform<Image, FloatImage> centre(double share) {
        int side = side();
        return new CentreCrop((int) (side / share), side, Filter.BICUBIC).andThen(normalize);
    }

    public SegmentTrain segment(SegmentAugment block) {
        return new SegmentTrain(
                box(block.imageScale()),
                range(block.scale()),
                new CategoryCrop(size.height(), size.width(), block.catMaxRatio()),
                block.flip(),
                block.photometric() ? Optional.of(new PhotoMetricDistortion()) : Optional.empty(),
                normalize);
    }

    public SegmentEval segmentEval(SegmentRecipe recipe) {
        Inference it = recipe.inference();
        Optional<ScaleBox> box = box(it.imageScale().or(recipe.augment()::imageScale));
        return new SegmentEval(box, it.scales(), it.multiple(), it.leastShort(), normalize);
    }

    /** @param masks whether objects get masks, or boxes alone */
    public DetectTrain detect(DetectAugment block, boolean masks) {
        List<SampleTransform<ObjectView, ObjectView>> ways =
                block.branches().stream().map(RecipeViews::steps).toList();
        Optional<MovedObjects> moved =
                block.moved().map(it -> new MovedObjects(it.probability(), range(it.scale()), it.shift(), it.turn()));
        return new DetectTrain(moved, new OneOf<>(ways), block.flip(), masks, normalize);
    }

    public DetectEval detectEval(DetectInference block) {
        return new DetectEval(boxes(block.scales()), normalize);
    }

    public DetectEval panopticEval(PanopticInference block) {
        return new DetectEval(boxes(List.of(block.scale())), normalize);
    }

    private static SampleTransform<ObjectView, ObjectView> steps(List<DetectStep> steps) {
        return steps.stream()
                .map(RecipeViews::step)
                .reduce(SampleTransform::andThen)
                .orElseThrow();
    }

    private static SampleTransform<ObjectView, ObjectView> step(DetectStep step) {
        if (step instanceof DetectStep.Crop it) {
            return new RangeCrop(it.least(), it.most());
        }
        DetectStep.Resize it = (DetectStep.Resize) step;
        return new RandomScale(boxes(it.scales()), it.mode(), it.ratio().map(RecipeViews::range), it.keepRatio());
    }

    private static List<ScaleBox> boxes(List<List<Integer>> sides) {
        return sides.stream().map(it -> new ScaleBox(it.get(0), it.get(1))).toList();
    }

    private SampleTransform<Image, Image> crop(Crop block) {
        if (block instanceof Crop.Square it) {
            return new RandomSquareCrop(side(), it.minSide(), it.maxSide(), it.interpolation());
        }
        Crop.Resized it = (Crop.Resized) block;
        return new RandomResizedCrop(side(), range(it.scale()), range(it.ratio()), it.interpolation(), it.oneDraw());
    }

    private static SampleTransform<Image, Image> jittered(SampleTransform<Image, Image> view, Optional<Jitter> jitter) {
        return jitter.map(it -> view.andThen(colours(it))).orElse(view);
    }

    private static SampleTransform<Image, Image> colours(Jitter it) {
        return new ColorJitter(it.brightness(), it.contrast(), it.saturation(), it.hue());
    }

    private int side() {
        if (size.height() != size.width()) {
            throw new IllegalArgumentException("backbone.imageSize %s: this stage crops squares".formatted(size));
        }
        return size.height();
    }

    private static Range range(List<Double> bounds) {
        return new Range(bounds.get(0), bounds.get(1));
    }

    private static Optional<ScaleBox> box(Optional<List<Integer>> sides) {
        return sides.map(it -> new ScaleBox(it.get(0), it.get(1)));
    }
}
