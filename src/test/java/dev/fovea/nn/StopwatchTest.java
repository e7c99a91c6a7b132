package dev.fovea.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StopwatchTest {
    private static int rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return 7;
    }

    @Test
    void partsAreSummedByName() {
        try (Stopwatch stopwatch = Stopwatch.open()) {
            assertThat(Stopwatch.time("a", () -> rest(20))).isEqualTo(7);
            Stopwatch.time("a", () -> rest(20));
            Stopwatch.time("b", () -> rest(1));
            assertThat(stopwatch.seconds()).containsOnlyKeys("a", "b");
            assertThat(stopwatch.seconds().get("a")).isGreaterThan(0.039);
            assertThat(stopwatch.total()).isGreaterThan(0.04);
        }
    }

    @Test
    void whatRunsInsideAPartIsCountedOnce() {
        try (Stopwatch stopwatch = Stopwatch.open()) {
            Stopwatch.time("outer", () -> Stopwatch.time("inner", () -> rest(1)));
            assertThat(stopwatch.seconds()).containsOnlyKeys("outer");
        }
    }

    @Test
    void aPartThatFailsEndsAllTheSame() {
        try (Stopwatch stopwatch = Stopwatch.open()) {
            assertThatThrownBy(() -> Stopwatch.time("a", () -> {
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            Stopwatch.time("b", () -> rest(1));
            assertThat(stopwatch.seconds()).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void withoutAStopwatchWorkIsJustDone() {
        assertThat(Stopwatch.time("a", () -> 3)).isEqualTo(3);
    }
}
