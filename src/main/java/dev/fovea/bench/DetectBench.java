package dev.fovea.bench;

import dev.fovea.backbone.ConvVitSpec;
import dev.fovea.backbone.DenseForm;
import dev.fovea.backbone.PyramidForm;
import dev.fovea.backbone.RelativeTables;
import dev.fovea.backbone.Size;
import dev.fovea.backbone.Use;
import dev.fovea.backbone.WindowSpec;
import dev.fovea.data.FloatImage;
import dev.fovea.data.instance.BoundingBox;
import dev.fovea.data.instance.ObjectBatch;
import dev.fovea.data.instance.ObjectSample;
import dev.fovea.data.instance.Padding;
import dev.fovea.data.instance.Polygons;
import dev.fovea.data.instance.SeenObject;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.dense.detect.roi.RegionFeatures;
import dev.fovea.dense.detect.roi.RegionLevels;
import dev.fovea.dense.detect.roi.RoiAlign;
import dev.fovea.dense.detect.twostage.MaskRcnnSpec;
import dev.fovea.dense.detect.twostage.NeckKind;
import dev.fovea.dense.detect.twostage.ResultSettings;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Stopwatch;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.tensor.Tensors;
import dev.fovea.train.log.ProcessMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Times Mask R-CNN on one image of COCO's usual size: training steps, looking for objects, and how much of both is spent
 * outside the network, on making the batch, targets, proposals, cutting regions and results.
 */
public final class DetectBench {
    private static final Size IMAGE = new Size(800, 1344);

    /** COCO has 7.3 objects an image; twice as many are a crowded one. */
    private static final int OBJECTS = 15;

    private static final int CLASSES = 80;
    private static final int WARM_UP = 1;
    private static final int BOX_REGIONS = 512;
    private static final int MASK_REGIONS = 128;

    private final int steps;
    private final Precision precision;

    /** @param steps measured steps after one that warms up */
    public DetectBench(int steps, Precision precision) {
        if (steps < 1) {
            throw new IllegalArgumentException("bench needs steps of at least 1, not " + steps);
        }
        this.steps = steps;
        this.precision = precision;
    }

    /** Mask R-CNN with the published heads on ConvViT-B in ViTDet's form; every region is scored high enough to be a result. */
    public static Detector maskRcnn() {
        WindowSpec windows = new WindowSpec(14, List.of(1, 4, 7, 10), false);
        PyramidForm simple = new PyramidForm(PyramidForm.Kind.SIMPLE, 256, 5);
        ConvVitSpec backbone = new ConvVitSpec(
                IMAGE,
                List.of(4, 2, 2),
                List.of(256, 384, 768),
                List.of(2, 2, 11),
                12,
                List.of(4.0, 4.0, 4.0),
                5,
                0,
                0,
                true,
                true,
                true,
                1e-6,
                1e-6,
                new DenseForm(windows, RelativeTables.DECOMPOSED, simple, 14, true, 0));
        MaskRcnnSpec published = MaskRcnnSpec.published();
        return new MaskRcnnSpec(
                        NeckKind.BACKBONE,
                        256,
                        published.proposals(),
                        published.box(),
                        published.mask(),
                        new ResultSettings(0, 0.5, false, 100, 0.5))
                .build(backbone.build(Use.DENSE), CLASSES);
    }

    /** One pass: its parts in seconds, {@code total} among them. */
    private record Pass(double total, Map<String, Double> outside) {
        double of(String part) {
            return outside.getOrDefault(part, 0.0);
        }
    }

    /** @param detector with masks, built for images of 800 x 1344 pixels */
    public DetectBenchResult run(Detector detector) {
        ObjectSample sample = sample(new Random(0));
        AdamW optimizer = new AdamW(
                ParamGroups.uniform(detector.parametersByName(), WeightDecay.pretrain(0.1)), AdamW.Options.DEFAULT);
        List<Pass> training = new ArrayList<>(), use = new ArrayList<>();
        for (int i = -WARM_UP; i < steps; i++) {
            Pass step = step(detector, optimizer, sample, i + WARM_UP);
            Pass found = detect(detector);
            if (i >= 0) {
                training.add(step);
                use.add(found);
            }
        }
        return new DetectBenchResult(
                parts(training, List.of("batch", "targets", "proposals", "regions", "regions backward")),
                parts(use, List.of("proposals", "regions", "results")),
                ProcessMemory.now().peak());
    }

    private static DetectBenchResult.Parts parts(List<Pass> passes, List<String> names) {
        Map<String, Double> outside = new HashMap<>();
        names.forEach(name -> outside.put(
                name, Bench.median(passes.stream().map(pass -> pass.of(name)).toList())));
        return new DetectBenchResult.Parts(
                Bench.median(passes.stream().map(Pass::total).toList()), outside);
    }

    private Pass step(Detector detector, AdamW optimizer, ObjectSample sample, long step) {
        detector.train(true);
        Map<String, Double> outside;
        double seconds;
        try (PointerScope scope = new PointerScope()) {
            Draws.seed(0, step);
            long start = System.nanoTime();
            optimizer.zeroGrad();
            Losses losses;
            try (Precision.Scope autocast = precision.open();
                    Stopwatch stopwatch = Stopwatch.open()) {
                ObjectBatch batch = Stopwatch.time("batch", () -> batch(sample));
                losses = detector.losses(
                        batch.images(), List.of(truth(batch.objects().get(0))));
                outside = new HashMap<>(stopwatch.seconds());
            }
            losses.total().backward();
            optimizer.step(1e-5);
            seconds = (System.nanoTime() - start) / 1e9;
        }
        outside.put("regions backward", cutBackward(step));
        return new Pass(seconds, outside);
    }

    private Pass detect(Detector detector) {
        detector.train(false);
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad();
                Precision.Scope autocast = precision.open();
                Stopwatch stopwatch = Stopwatch.open()) {
            Tensor image = torch.randn(1, 3, IMAGE.height(), IMAGE.width());
            long start = System.nanoTime();
            detector.detect(image, List.of(ImageSize.of(IMAGE)));
            return new Pass((System.nanoTime() - start) / 1e9, stopwatch.seconds());
        }
    }

    /** The gradient of as many regions as a step cuts, by itself: within a step it cannot be told from its neighbours. */
    private static double cutBackward(long seed) {
        try (PointerScope scope = new PointerScope()) {
            List<Tensor> maps = new ArrayList<>();
            List<Integer> strides = List.of(4, 8, 16, 32);
            for (int stride : strides) {
                Tensor rows = torch.randn(1, IMAGE.height() / stride, IMAGE.width() / stride, 256);
                maps.add(rows.permute(0, 3, 1, 2).detach().set_requires_grad(true));
            }
            Tensor boxes = boxes(new Random(seed), BOX_REGIONS);
            Tensor regions = Tensors.cat(1, Tensors.zeros(BOX_REGIONS, 1), boxes);
            Tensor level = RegionLevels.USUAL.of(regions, strides.size());
            RegionFeatures features = new RegionFeatures(maps, strides);
            Tensor forBoxes = features.cut(regions, level, RoiAlign.of(7));
            Tensor forMasks =
                    features.cut(regions.narrow(0, 0, MASK_REGIONS), level.narrow(0, 0, MASK_REGIONS), RoiAlign.of(14));
            Tensor sum = forBoxes.sum().add(forMasks.sum());
            long start = System.nanoTime();
            sum.backward();
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static ObjectBatch batch(ObjectSample sample) {
        return ObjectBatch.collate(new Padding(32, 0), true).collate(List.of(sample), List.of("drawn"));
    }

    private static GroundTruth truth(ObjectBatch.Objects objects) {
        return new GroundTruth(
                ImageSize.of(IMAGE),
                objects.boxes(),
                objects.labels(),
                objects.masks().orElseThrow(),
                null);
    }

    /** Noise with objects that fill their boxes. */
    private static ObjectSample sample(Random random) {
        float[] sides = Tensors.toFloats(boxes(random, OBJECTS));
        List<SeenObject> objects = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            BoundingBox box = new BoundingBox(
                    sides[4 * i],
                    sides[4 * i + 1],
                    sides[4 * i + 2] - sides[4 * i],
                    sides[4 * i + 3] - sides[4 * i + 1]);
            byte[] mask = Polygons.of(box).rle(IMAGE.height(), IMAGE.width()).decode();
            objects.add(new SeenObject(random.nextInt(CLASSES), box, mask));
        }
        float[] pixels = new float[3 * IMAGE.area()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return new ObjectSample(
                new FloatImage(3, IMAGE.height(), IMAGE.width(), pixels), List.copyOf(objects), Optional.empty());
    }

    /** Sides spread evenly in their logarithm, from 16 pixels to 400. */
    private static Tensor boxes(Random random, int count) {
        float[] sides = new float[4 * count];
        for (int i = 0; i < count; i++) {
            float width = (float) (16 * Math.pow(25, random.nextDouble()));
            float height = (float) (16 * Math.pow(25, random.nextDouble()));
            sides[4 * i] = random.nextFloat() * (IMAGE.width() - width);
            sides[4 * i + 1] = random.nextFloat() * (IMAGE.height() - height);
            sides[4 * i + 2] = sides[4 * i] + width;
            sides[4 * i + 3] = sides[4 * i + 1] + height;
        }
        return Tensors.of(sides, count, 4);
    }
}
