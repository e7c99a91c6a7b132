package dev.fovea.train.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void aPlainLineTellsLossRateSpeedMemoryAndTimeLeft() {
        Progress progress = progress(0, 100);
        now.set(60 * SECOND);
        progress.step(25, new Progress.Reading(0.42137, 1.5e-4, 12.34));
        assertThat(lines())
                .singleElement()
                .asString()
                .matches("pretrain 25/100 \\(25\\.0 %\\)  loss 0\\.4214  lr 1\\.50e-04  12\\.3 img/s"
                        + "  RSS [0-9.]+ [MG]B  left 3m00s");
    }

    @Test
    void timeLeftCountsOnlyTheStepsOfThisStart() {
        Progress progress = progress(50, 100);
        now.set(10 * SECOND);
        progress.step(60, new Progress.Reading(1, 1, 1));
        assertThat(lines().get(0)).endsWith("left 40s");
    }

    @Test
    void linesGetRarerAsTheRunGoesOnAndTheLastStepIsAlwaysTold() {
        Progress progress = progress(0, 36_000);
        for (int step = 1; step <= 36_000; step++) {
            now.set(step * SECOND / 10);
            progress.step(step, new Progress.Reading(1, 1, 10));
        }
        assertThat(lines().size()).isBetween(60, 130);
        assertThat(lines().get(lines().size() - 1))
                .startsWith("pretrain 36000/36000")
                .endsWith("took 1h00m");
    }

    @Test
    void valuesThatAreNotKnownAreLeftOut() {
        assertThat(new Progress.Reading(Double.NaN, Double.NaN, 5).text()).isEqualTo("5.00 img/s");
    }

    @Test
    void memoryIsReadFromTheStatusOfTheProcess() throws IOException {
        ProcessMemory memory = ProcessMemory.parse(List.of("Name:\tjava", "VmHWM:\t  200 kB", "VmRSS:\t  100 kB"));
        assertThat(memory).isEqualTo(new ProcessMemory(102_400, 204_800));
        assertThat(ProcessMemory.now().peak())
                .isGreaterThanOrEqualTo(ProcessMemory.now().rss() / 2);
        assertThat(ProcessMemory.text(1_240_000_000L)).isEqualTo("1.24 GB");
        assertThat(ProcessMemory.text(56_400_000L)).isEqualTo("56 MB");
    }

    private Progress progress(long from, long total) {
        return Progress.plain("pretrain", from, total, new PrintStream(bytes, true, StandardCharsets.UTF_8), now::get);
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
