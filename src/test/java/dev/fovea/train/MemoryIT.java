package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.train.log.MetricLog;
import dev.fovea.train.log.MetricRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class MemoryIT {
    /** What a step would have to leak to be met: its images alone are 96 kB, its activations more. */
    private static final long BYTES_PER_STEP = 50_000;

    /** All of the heap is in memory from the start, so that what grows is native. */
    private static final String WHOLE_HEAP = "export JDK_JAVA_OPTIONS='-Xms1g -XX:+AlwaysPreTouch'; ";

    @TempDir
    Path temp;

    @Test
    @EnabledOnOs(OS.LINUX)
    void nativeMemoryStaysFlatOverFiveHundredSteps() throws Exception {
        String yaml = Recipes.mae(Recipes.VIT)
                .replace("length: 6 steps", "length: 500 steps")
                .replace("evalEvery: 3 steps", "evalEvery: 50 steps")
                .replace("picturesEvery: 4 steps", "picturesEvery: 100 steps")
                .replace("checkpointEvery: 1 steps", "checkpointEvery: 50 steps");
        Path recipe = Files.writeString(temp.resolve("recipe.yaml"), yaml);
        RunProcesses processes = new RunProcesses(temp.resolve("log"));
        int exit = processes
                .java(
                        WHOLE_HEAP,
                        RunMain.class,
                        "start",
                        recipe.toString(),
                        temp.resolve("run").toString())
                .waitFor();
        assertThat(exit).as(processes.log()).isZero();
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
