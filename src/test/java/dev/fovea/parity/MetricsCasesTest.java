package dev.fovea.parity;

import dev.fovea.tensor.Tensors;
import dev.fovea.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCasesTest {
    /** mmseg keeps labels that are no classes out of a class's own pixels, and counts what was predicted there. */
    @Test
    void labelsThatAreNeitherClassesNorIgnoredCountAsInTheReference(@TempDir Path root) throws IOException {
        byte none = (byte) 255;
        Case outside = miou(
                root.resolve("a"),
                "false",
                255,
                new byte[] {0, 1, 1},
                new byte[] {0, 1, 7},
                Map.of(
                        "aAcc", new double[] {1},
                        "IoU", new double[] {1, 0.5},
                        "Acc", new double[] {1, 1},
                        "Dice", new double[] {1, 2.0 / 3},
                        "Fscore", new double[] {1, 2.0 / 3},
                        "Precision", new double[] {1, 0.5}));
        MetricsCases.miou(outside);
        outside.finish();
        // Shifted, the labels are 255, 0, 1, 1 and 255, of which 1 is ignored.
        byte[] predicted = {0, 0, 1, 0, 1}, labels = {0, 1, 2, 2, none};
        Case reduced = miou(
                root.resolve("b"),
                "true",
                1,
                predicted,
                labels,
                Map.of(
                        "aAcc", new double[] {1},
                        "IoU", new double[] {0.5, 0},
                        "Acc", new double[] {1, -1},
                        "Dice", new double[] {2.0 / 3, 0},
                        "Fscore", new double[] {2.0 / 3, -1},
                        "Precision", new double[] {0.5, 0}));
        MetricsCases.miou(reduced);
        reduced.finish();
    }

    private static Case miou(
            Path root, String reduce, int ignored, byte[] predicted, byte[] labels, Map<String, double[]> expected)
            throws IOException {
        Path folder = Files.createDirectories(root.resolve("metrics/miou"));
        Files.writeString(
                folder.resolve("case.json"),
                """
                {"config": {"num_classes": 2, "images": 1, "reduce_zero_label": %s, "ignore_index": %d},
                 "tolerance": {"atol": 1e-6, "rtol": 1e-6}}
                """
                        .formatted(reduce, ignored));
        Safetensors.write(
                folder.resolve("inputs.safetensors"),
                Map.of(
                        "pred.0", Tensors.of(predicted, predicted.length),
                        "label.0", Tensors.of(labels, labels.length)));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Map<String, double[]> all = new LinkedHashMap<>(expected);
        all.put("Recall", expected.get("Acc"));
        all.forEach((name, values) -> {
            outputs.put(name, Tensors.of(values, values.length));
            if (!name.equals("aAcc")) {
                double mean = Arrays.stream(values)
                        .filter(value -> value >= 0)
                        .average()
                        .orElseThrow();
                outputs.put("m" + name, Tensors.of(new double[] {mean}, 1));
            }
        });
        Safetensors.write(folder.resolve("outputs.safetensors"), outputs);
        return new Case(root, "metrics/miou");
    }
}
