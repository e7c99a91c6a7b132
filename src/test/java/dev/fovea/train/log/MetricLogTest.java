package dev.fovea.train.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricLogTest {
    @TempDir
    Path folder;

    @Test
    void aRowIsOneFlatJsonObject() throws IOException {
        Path file = folder.resolve("run/metrics.jsonl");
        try (MetricLog log = MetricLog.create(file)) {
            log.write(new MetricRow(10, 0.5, "train", Map.of("loss", 0.25)));
        }
        assertThat(file).hasContent("{\"step\":10,\"epoch\":0.5,\"stage\":\"train\",\"loss\":0.25}\n");
    }

    @Test
    void rowsAreThereBeforeTheLogIsClosed() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        try (MetricLog log = MetricLog.create(file)) {
            log.write(row(1));
            assertThat(MetricLog.read(file)).containsExactly(row(1));
        }
    }

    @Test
    void valuesThatAreNotFiniteStayValidJsonAndComeBack() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        MetricRow row = new MetricRow(
                3, 1, "train", Map.of("a", Double.NaN, "b", Double.POSITIVE_INFINITY, "c", Double.NEGATIVE_INFINITY));
        try (MetricLog log = MetricLog.create(file)) {
            log.write(row);
        }
        assertThat(new ObjectMapper().readTree(Files.readString(file)).get("a").asText())
                .isEqualTo("NaN");
        assertThat(MetricLog.read(file)).containsExactly(row);
    }

    @Test
    void aResumedLogEqualsOneThatNeverStopped() throws IOException {
        Path straight = folder.resolve("straight.jsonl");
        try (MetricLog log = MetricLog.create(straight)) {
            for (int step = 1; step <= 6; step++) {
                log.write(row(step));
            }
        }
        Path resumed = folder.resolve("resumed.jsonl");
        try (MetricLog log = MetricLog.create(resumed)) {
            for (int step = 1; step <= 5; step++) {
                log.write(row(step));
            }
        }
        Files.writeString(resumed, "{\"step\":6,\"epo", StandardOpenOption.APPEND);
        try (MetricLog log = MetricLog.resume(resumed, row -> row.step() <= 3)) {
            for (int step = 4; step <= 6; step++) {
                log.write(row(step));
            }
        }
        assertThat(resumed).hasSameBinaryContentAs(straight);
    }

    @Test
    void aBrokenLineInTheMiddleIsNamed() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":1,\"epoch\":0.1,\"stage\":\"train\"}\n{\"step\":2,\"stage\":\"train\"}\n");
        assertThatThrownBy(() -> MetricLog.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " line 2 has no 'epoch'");
    }

    @Test
    void aValueMayNotTakeTheNameOfTheRowsOwnFields() {
        assertThatThrownBy(() -> new MetricRow(7, 1, "train", Map.of("step", 1.0)))
                .hasMessage("metric row at step 7: the name 'step' is taken by the row itself");
    }

    private static MetricRow row(int step) {
        return new MetricRow(step, step / 2.0, "train", Map.of("loss", 1.0 / step));
    }
}
