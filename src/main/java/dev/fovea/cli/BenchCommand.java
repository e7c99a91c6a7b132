package dev.fovea.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.bench.BenchModel;
import dev.fovea.bench.BenchPath;
import dev.fovea.bench.BenchProcess;
import dev.fovea.bench.BenchResult;
import dev.fovea.bench.BenchWork;
import dev.fovea.train.log.ProcessMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fovea bench}: steps of base models, those of pre-training and adapters against the machine's own peak. */
@Command(
        name = "bench",
        header = "Time steps of pre-training, adapters and detectors.",
        description = {
            "Time training steps of base models: pre-training at 224 px, ViT-Adapter at 512 px; or with detect a training step"
                    + " and a search of Mask R-CNN on ConvViT-B at 800 x 1344, and what of them is spent outside the"
                    + " network.",
            "Steps and 2048-cubed bf16 matrix products alternate; medians of both are reported, so that the figure"
                    + " img/s per TFLOP/s does not depend on the machine. share: the part of the step that its matrix"
                    + " products would take at that peak. cpu: processor time of a step, all threads together. Each"
                    + " measurement runs in a JVM of its own."
        })
final class BenchCommand implements Callable<Integer> {
    @Mixin
    private HelpOption help;

    @Mixin
    private JsonOption json;

    @Parameters(
            arity = "0..*",
            paramLabel = "MODEL",
            description =
                    "mae, convmae, convmae-full-grid, itpn, loca, beit2, beit2-tokenizer; all of these when none is"
                            + " named. adapter, adapter-grid-sampler: ViT-Adapter-B without a head, the second with the"
                            + " reference formulation of deformable attention. detect, alone: Mask R-CNN.")
    private List<String> models =
            List.of("mae", "convmae", "convmae-full-grid", "itpn", "loca", "beit2", "beit2-tokenizer");

    @Option(names = "--batch", description = "Images per step (default: 8 at 224 px, 2 at 512 px).")
    private Integer batch;

    @Option(
            names = "--steps",
            defaultValue = "7",
            description = "Measured steps after two that warm up (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--plain",
            description = "Also measure the plain path: fp32, fused attention, OpenBLAS, torch::optim::AdamW.")
    private boolean plain;

    @Option(names = "--forward", description = "Forward passes without gradients in place of training steps.")
    private boolean forward;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (models.equals(List.of("detect"))) {
            if (batch != null || plain || forward) {
                throw new ParameterException(
                        spec.commandLine(),
                        "bench detect has one image a step and knows no --batch, --plain or --forward");
            }
            new DetectBenchTable(out, json.wanted()).write(BenchProcess.detect(steps));
            return 0;
        }
        List<BenchModel> wanted = models.stream().map(BenchModel::named).toList();
        if (!json.wanted()) {
            out.printf(
                    "%-20s %-6s %8s %8s %8s %8s %8s %8s %6s %9s %12s %10s%n",
                    "model",
                    "path",
                    "forward",
                    "backward",
                    "update",
                    "cpu",
                    "img/s",
                    "TFLOP/s",
                    "share",
                    "per TFLOP",
                    "x reference",
                    "memory");
        }
        BenchWork work = forward ? BenchWork.FORWARD : BenchWork.STEP;
        List<Map<String, Object>> rows = new ArrayList<>();
        for (BenchModel model : wanted) {
            for (BenchPath path : plain ? BenchPath.values() : new BenchPath[] {BenchPath.FOVEA}) {
                BenchResult result = BenchProcess.run(model, path, work, batch == null ? model.batch() : batch, steps);
                rows.add(row(result));
                if (!json.wanted()) {
                    print(out, result);
                }
            }
        }
        if (json.wanted()) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
        }
        return 0;
    }

    private static void print(PrintWriter out, BenchResult result) {
        BenchResult.Seconds seconds = result.seconds();
        out.printf(
                "%-20s %-6s %6.0fms %6.0fms %6.0fms %6.0fms %8.2f %8.3f %5.0f%% %9.2f %12s %10s%n",
                result.model(),
                result.path(),
                1e3 * seconds.forward(),
                1e3 * seconds.backward(),
                1e3 * seconds.update(),
                1e3 * seconds.processor(),
                result.imagesPerSecond(),
                result.peak(),
                100 * result.shareOfPeak(),
                result.perTflops(),
                Double.isNaN(result.reference()) ? "—" : "%.2f".formatted(result.againstReference()),
                ProcessMemory.text(result.memory()));
        out.flush();
    }

    private static Map<String, Object> row(BenchResult result) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("model", result.model());
        row.put("path", result.path());
        row.put("batch", result.batch());
        row.put("seconds", result.seconds());
        row.put("images_per_second", result.imagesPerSecond());
        row.put("peak_tflops", result.peak());
        row.put("share_of_peak", result.shareOfPeak());
        row.put("images_per_second_per_tflops", result.perTflops());
        row.put("times_reference", Double.isNaN(result.reference()) ? null : result.againstReference());
        row.put("peak_memory_bytes", result.memory());
        return row;
    }
}
