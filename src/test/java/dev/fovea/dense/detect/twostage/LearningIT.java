package dev.fovea.dense.detect.twostage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.backbone.MapsOnlyBackbone;
import dev.fovea.backbone.Pyramid;
import dev.fovea.backbone.Size;
import dev.fovea.data.instance.Rle;
import dev.fovea.dense.detect.DetectionResult;
import dev.fovea.dense.detect.Detector;
import dev.fovea.dense.detect.DetectorSpec;
import dev.fovea.dense.detect.GroundTruth;
import dev.fovea.dense.detect.ImageSize;
import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Draws;
import dev.fovea.nn.Init;
import dev.fovea.optim.AdamW;
import dev.fovea.optim.ParamGroups;
import dev.fovea.optim.WeightDecay;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Training and use belong together: what is learned by heart is found again, with its outline. */
class LearningIT {
    private static final int SIDE = 128;
    private static final int IMAGES = 2;
    private static final int OBJECTS = 3;
    private static final int STEPS = 120;

    private static final ProposalSettings PROPOSALS = new ProposalSettings(
            4, List.of(0.5, 1.0, 2.0), 1, ProposalSettings.Loss.L1, false, 64, 300, 100, 300, 100, 0.7);

    private static final DetectorSpec SPEC = new MaskRcnnSpec(
            NeckKind.FPN,
            32,
            PROPOSALS,
            new BoxSettings(0, false, 2, 64, BoxSettings.Loss.L1, false, 64),
            Optional.of(new MaskSettings(2, false)),
            ResultSettings.USUAL);

    /** Four strided convolutions. */
    private static final class Convolutions extends MapsOnlyBackbone {
        private static final List<Integer> WIDTHS = List.of(16, 24, 32, 48);

        private final List<Conv2d> convs;

        Convolutions() {
            List<Conv2d> list = new ArrayList<>();
            for (int i = 0; i < WIDTHS.size(); i++) {
                Conv2d.Shape shape = i == 0
                        ? Conv2d.Shape.kernel(7).padded(3).strided(4)
                        : Conv2d.Shape.kernel(3).padded(1).strided(2);
                list.add(new Conv2d(i == 0 ? 3 : WIDTHS.get(i - 1), WIDTHS.get(i), shape));
                Init.kaimingNormalFanOut(list.get(i).weight());
            }
            convs = childList("convs", list);
        }

        @Override
        public Pyramid pyramid(Tensor images) {
            List<Tensor> maps = new ArrayList<>();
            Tensor x = images;
            for (Conv2d conv : convs) {
                x = conv.forward(x).relu();
                maps.add(x);
            }
            return new Pyramid(maps, strides());
        }

        @Override
        public List<Integer> widths() {
            return WIDTHS;
        }

        @Override
        public List<Integer> strides() {
            return List.of(4, 8, 16, 32);
        }
    }

    private final List<GroundTruth> truths = new ArrayList<>();
    private final Tensor images = images(new Random(3));

    /** Red rectangles are of class 0, green ellipses of class 1. */
    private Tensor images(Random random) {
        List<Tensor> drawn = new ArrayList<>();
        for (int n = 0; n < IMAGES; n++) {
            float[] pixels = new float[3 * SIDE * SIDE], sides = new float[4 * OBJECTS];
            long[] labels = new long[OBJECTS];
            List<Tensor> masks = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                int w = 24 + random.nextInt(36), h = 24 + random.nextInt(36);
                int x = random.nextInt(SIDE - w), y = random.nextInt(SIDE - h);
                labels[i] = i % 2;
                System.arraycopy(new float[] {x, y, x + w, y + h}, 0, sides, 4 * i, 4);
                masks.add(Tensors.of(draw(pixels, labels[i], x, y, w, h), SIDE, SIDE));
            }
            drawn.add(Tensors.of(pixels, 3, SIDE, SIDE));
            truths.add(new GroundTruth(
                    ImageSize.of(Size.square(SIDE)),
                    Tensors.of(sides, OBJECTS, 4),
                    Tensors.of(labels, OBJECTS),
                    Tensors.stack(0, masks),
                    null));
        }
        return Tensors.stack(0, drawn);
    }

    private static byte[] draw(float[] pixels, long label, int left, int top, int w, int h) {
        byte[] mask = new byte[SIDE * SIDE];
        for (int y = top; y < top + h; y++) {
            for (int x = left; x < left + w; x++) {
                double u = (x + 0.5 - left) / w * 2 - 1, v = (y + 0.5 - top) / h * 2 - 1;
                if (label == 0 || u * u + v * v < 1) {
                    mask[y * SIDE + x] = 1;
                    for (int c = 0; c < 3; c++) {
                        pixels[c * SIDE * SIDE + y * SIDE + x] = c == label ? 2 : -1;
                    }
                }
            }
        }
        return mask;
    }

    @Test
    void whatIsLearnedByHeartIsFoundAgain() {
        torch.manual_seed(1);
        Detector detector = SPEC.build(new Convolutions(), 2);
        AdamW optimizer = new AdamW(
                ParamGroups.uniform(detector.parametersByName(), WeightDecay.pretrain(0.01)), AdamW.Options.DEFAULT);
        for (int step = 0; step < STEPS; step++) {
            try (PointerScope scope = new PointerScope()) {
                Draws.seed(0, step);
                optimizer.zeroGrad();
                detector.losses(images, truths).total().backward();
                optimizer.step(2e-3);
            }
        }
        detector.train(false);
        try (NoGrad off = new NoGrad()) {
            List<ImageSize> sizes = truths.stream().map(GroundTruth::size).toList();
            List<DetectionResult> results = detector.detect(images, sizes);
            for (int n = 0; n < IMAGES; n++) {
                for (int i = 0; i < OBJECTS; i++) {
                    assertThat(bestOverlap(results.get(n), truths.get(n), i))
                            .as("object %d of image %d", i, n)
                            .isGreaterThan(0.75);
                }
            }
        }
    }

    /** Of masks of the right class with a score above a half. */
    private static double bestOverlap(DetectionResult found, GroundTruth truth, int object) {
        Tensor mask = truth.masks().select(0, object).to(ScalarType.Byte);
        Rle wanted = Rle.encode(SIDE, SIDE, Tensors.toBytes(mask));
        long label = Tensors.toLongs(truth.labels())[object];
        long[] labels = Tensors.toLongs(found.labels());
        float[] scores = Tensors.toFloats(found.scores());
        double best = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == label && scores[i] > 0.5) {
                best = Math.max(best, found.masks().get(i).iou(wanted, false));
            }
        }
        return best;
    }
}
