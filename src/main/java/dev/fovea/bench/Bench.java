package dev.fovea.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.data.ViewBatch;
import dev.fovea.nn.DeformableAttention;
import dev.fovea.nn.Draws;
import dev.fovea.nn.FlopCount;
import dev.fovea.nn.Losses;
import dev.fovea.nn.ScaledDotProduct;
import dev.fovea.pretrain.LocatesViews;
import dev.fovea.pretrain.PretrainModel;
import dev.fovea.tensor.NoGrad;
import dev.fovea.tensor.Precision;
import dev.fovea.train.log.ProcessMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Times whole training steps, or forward passes alone. Steps and matrix products alternate, so that both meet the same
 * load of the machine, and medians are taken.
 */
public final class Bench {
    private static final int SIDE = 2048;
    private static final int PRODUCTS = 4;
    private static final int WARM_UP = 2;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final int batch;
    private final int steps;
    private final BenchWork work;

    /** @param steps measured steps after two that warm up */
    public Bench(int batch, int steps, BenchWork work) {
        if (batch < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "bench needs batch and steps of at least 1, not %d and %d".formatted(batch, steps));
        }
        this.batch = batch;
        this.steps = steps;
        this.work = work;
    }

    /** Measures one model on one path; memory is the peak of the whole process, so use a process per model. */
    public BenchResult run(BenchModel which, BenchPath path) {
        ScaledDotProduct.use(path.attention());
        DeformableAttention.use(which.sampling());
        PretrainModel model = which.build();
        boolean trains = work == BenchWork.STEP;
        model.train(trains);
        Runnable update = trains ? path.optimizer(model) : null;
        List<Phases> phases = new ArrayList<>();
        List<Double> peaks = new ArrayList<>();
        for (int i = -WARM_UP; i < steps; i++) {
            double peak = peak(Precision.BF16);
            Supplier<Supplier<Losses>> input = () -> input(model, which.imageSize());
            Phases step = trains
                    ? step(model, input, path.precision(), update, i + WARM_UP)
                    : forward(input, path.precision());
            if (i >= 0) {
                peaks.add(peak);
                phases.add(step);
            }
        }
        return new BenchResult(
                which.id(),
                path.name().toLowerCase(Locale.ROOT),
                batch,
                new BenchResult.Seconds(
                        median(phases.stream().map(Phases::forward).toList()),
                        median(phases.stream().map(Phases::backward).toList()),
                        median(phases.stream().map(Phases::update).toList()),
                        median(phases.stream().map(Phases::total).toList()),
                        median(phases.stream().map(Phases::processor).toList())),
                phases.get(0).flops(),
                median(peaks),
                trains ? which.reference() : Double.NaN, // the references' figures are of whole steps
                ProcessMemory.now().peak());
    }

    private record Phases(double forward, double backward, double update, double processor, double flops) {
        double total() {
            return forward + backward + update;
        }
    }

    /** Without gradients, as in use. */
    private Phases forward(Supplier<Supplier<Losses>> input, Precision precision) {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad()) {
            Supplier<Losses> pass = input.get();
            long processor = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            double flops;
            try (Precision.Scope autocast = precision.open();
                    FlopCount count = FlopCount.open()) {
                pass.get();
                flops = count.flops();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Phases(seconds, 0, 0, (PROCESS.getProcessCpuTime() - processor) / 1e9, flops);
        }
    }

    private Phases step(
            PretrainModel model, Supplier<Supplier<Losses>> input, Precision precision, Runnable update, long step) {
        try (PointerScope scope = new PointerScope()) {
            Draws.seed(0, step);
            Supplier<Losses> pass = input.get();
            long processor = PROCESS.getProcessCpuTime();
            long start = System.nanoTime();
            Losses losses;
            double flops;
            try (Precision.Scope autocast = precision.open();
                    FlopCount count = FlopCount.open()) {
                losses = pass.get();
                flops = count.withBackward();
            }
            long forward = System.nanoTime();
            losses.total().backward();
            long backward = System.nanoTime();
            update.run();
            model.afterStep(step, WARM_UP + steps);
            long end = System.nanoTime();
            double spent = (PROCESS.getProcessCpuTime() - processor) / 1e9;
            return new Phases(
                    (forward - start) / 1e9, (backward - forward) / 1e9, (end - backward) / 1e9, spent, flops);
        }
    }

    /** A forward pass on images or views that are there before the clock starts. */
    private Supplier<Losses> input(PretrainModel model, int side) {
        if (model instanceof LocatesViews locates) {
            ViewBatch views = BenchViews.of(batch);
            return () -> locates.losses(views);
        }
        Tensor images = torch.randn(batch, 3, side, side);
        return () -> model.losses(images);
    }

    /** TFLOP/s of a 2048-cubed matrix product. */
    static double peak(Precision precision) {
        try (PointerScope scope = new PointerScope();
                NoGrad off = new NoGrad()) {
            ScalarType type = precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float;
            Tensor a = torch.randn(SIDE, SIDE).to(type);
            a.matmul(a);
            long start = System.nanoTime();
            for (int i = 0; i < PRODUCTS; i++) {
                a.matmul(a);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            return PRODUCTS * 2.0 * SIDE * SIDE * SIDE / seconds / 1e12;
        }
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
