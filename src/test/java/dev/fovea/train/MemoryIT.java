package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MemoryIT {
    /** What a step would have to leak to be met: its images alone are 96 kB, its activations more. */
    private static final long BYTES_PER_STEP = 50_000;

    @TempDir
    Path temp;

    @Test
    @EnabledOnOs(OS.LINUX)
    void nativeMemoryStaysFlatOverFiveHundredSteps() throws IOException {
        String yaml = Recipes.mae(Recipes.VIT)
                .replace("length: 6 steps", "length: 500 steps")
                .replace("evalEvery: 3 steps", "evalEvery: 50 steps")
                .replace("picturesEvery: 4 steps", "picturesEvery: 100 steps")
                .replace("checkpointEvery: 1 steps", "checkpointEvery: 50 steps");
        Runs.start(Recipes.of(yaml), temp.resolve("run"));
        List<MetricRow> rows = MetricLog.read(temp.resolve("run/metrics.jsonl")).stream()
                .filter(row -> row.stage().equals("train"))
                .toList();
        double settled = memory(rows, 150, 200);
        double end = memory(rows, 450, 500);
        assertThat(end - settled).isLessThan(300.0 * BYTES_PER_STEP);
    }

    /** The least of some rows: what lies above it is garbage that waits to be collected. */
    private static double memory(List<MetricRow> rows, int from, int to) {
        return rows.subList(from, to).stream()
                .mapToDouble(row -> row.values().get("memory"))
                .min()
                .orElseThrow();
    }
}
