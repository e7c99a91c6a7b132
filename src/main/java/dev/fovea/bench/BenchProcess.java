package dev.fovea.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fovea.tensor.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures in a JVM of its own: native settings hold for a process, and so does its peak of memory. */
public final class BenchProcess {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private static final String DETECT = "detect";

    private BenchProcess() {}

    /** Runs one measurement in a child; its log goes to this process's standard error. */
    public static BenchResult run(BenchModel model, BenchPath path, BenchWork work, int batch, int steps)
            throws IOException, InterruptedException {
        List<String> arguments =
                List.of(model.id(), path.name(), Integer.toString(batch), Integer.toString(steps), work.name());
        // Empty means JavaCPP's own choice, which is OpenBLAS.
        return child(arguments, path == BenchPath.PLAIN ? "" : "mkl", BenchResult.class);
    }

    /** The same of {@link DetectBench} on the published Mask R-CNN. */
    public static DetectBenchResult detect(int steps) throws IOException, InterruptedException {
        return child(List.of(DETECT, Integer.toString(steps)), "mkl", DetectBenchResult.class);
    }

    private static <R> R child(List<String> arguments, String blas, Class<R> result)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dorg.bytedeco.javacpp.maxBytes=0");
        command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
        command.add("-Dorg.bytedeco.openblas.load=" + blas);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchProcess.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("bench %s ended with exit code %d".formatted(String.join(" ", arguments), code));
        }
        return JSON.readValue(printed, result);
    }

    /** The child: model, path, batch, steps and work in, or {@code detect} and steps; one JSON object out. */
    public static void main(String[] args) throws IOException {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        Object result = args[0].equals(DETECT)
                ? new DetectBench(Integer.parseInt(args[1]), Precision.automatic()).run(DetectBench.maskRcnn())
                : new Bench(Integer.parseInt(args[2]), Integer.parseInt(args[3]), BenchWork.valueOf(args[4]))
                        .run(BenchModel.named(args[0]), BenchPath.valueOf(args[1]));
        System.out.println(JSON.writeValueAsString(result));
    }
}
