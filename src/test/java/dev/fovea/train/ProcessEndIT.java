package dev.fovea.train;

import static dev.fovea.train.TrainerTest.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs whose process is asked to stop, is killed, or finds the disk full. */
@EnabledOnOs(OS.LINUX)
class ProcessEndIT {
    /** Checkpoints of 4 MB, above what the test of the full disk allows a file. */
    private static final String RECIPE = Recipes.mae(Recipes.VIT.replace("dim: 16", "dim: 128"))
            .replace("length: 6 steps", "length: 40 steps")
            .replace("evalEvery: 3 steps", "evalEvery: 2 steps")
            .replace("picturesEvery: 4 steps", "picturesEvery: 3 steps");

    @TempDir
    Path temp;

    private RunProcesses processes;

    @BeforeEach
    void logBesideTheRuns() {
        processes = new RunProcesses(temp.resolve("log"));
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalLetsTheStepFinishAndSaves(String signal, int exitCode) throws Exception {
        // A shell that starts this in the background makes it, and every child, ignore SIGINT: a JVM respects that.
        assumeTrue(
                signal.equals("TERM") || !ignoresInterrupts(), "SIGINT is ignored here, so its handling is not tested");
        RunFolder folder = new RunFolder(temp.resolve("run"));
        Process process = start(folder);
        processes.waitFor(folder.last(), process);
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(exitCode);
        assertThat(processes.log()).contains("stopping after this step, with a checkpoint");
        long step = Checkpoint.stateOf(folder.last()).step();
        assertThat(processes.log())
                .contains("stopped after step %d of 40; --resume goes on from there".formatted(step));
        assertSameEnd(folder);
    }

    private static boolean ignoresInterrupts() throws IOException {
        String mask = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow()
                .substring("SigIgn:".length())
                .trim();
        return (Long.parseUnsignedLong(mask, 16) & 2) != 0;
    }

    @Test
    void killsAtAnyTimeLoseNoBits() throws Exception {
        RunFolder folder = new RunFolder(temp.resolve("run"));
        Process process = start(folder);
        for (int kill = 0; kill < 3; kill++) {
            processes.waitFor(folder.last(), process);
            Thread.sleep(150 + 170 * kill);
            process.destroyForcibly().waitFor();
            Checkpoint.read(folder.last());
            process = processes.resume(folder);
        }
        process.destroyForcibly().waitFor();
        assertSameEnd(folder);
        try (var files = Files.list(folder.checkpoints())) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void aKillInTheMiddleOfAWriteLeavesTheOlderCheckpoint() throws Exception {
        Path file = temp.resolve("checkpoints/last.safetensors");
        Process process = processes.java("", CheckpointWriterMain.class, file.toString());
        processes.waitFor(file, process);
        while (unfinished(file).isEmpty()) {
            assertThat(process.isAlive()).as(processes.log()).isTrue();
        }
        process.destroyForcibly().waitFor();
        assertThat(unfinished(file)).as("the kill met a write").isNotEmpty();
        Checkpoint left = Checkpoint.read(file);
        assertThat(left.state().step()).isPositive();
        assertThat(Tensors.item(left.model().get("w").sum())).isEqualTo(16.0 * 1024 * 1024);
    }

    private static List<String> unfinished(Path file) throws IOException {
        try (var files = Files.list(file.getParent())) {
            return files.map(each -> each.getFileName().toString())
                    .filter(name -> name.endsWith(".tmp"))
                    .toList();
        }
    }

    @Test
    void aFullDiskIsToldOfAndLeavesTheOlderCheckpoint() throws Exception {
        RunFolder folder = new RunFolder(temp.resolve("run"));
        Process process = start(folder);
        processes.waitFor(folder.last(), process);
        process.destroyForcibly().waitFor();
        long step = Checkpoint.stateOf(folder.last()).step();
        Process limited = processes.java(
                "ulimit -f 2000; ", RunMain.class, "resume", folder.path().toString());
        assertThat(limited.waitFor()).isEqualTo(1);
        assertThat(processes.log())
                .contains("failed: step %d: cannot write %s".formatted(step + 1, folder.checkpoints()))
                .contains("the checkpoint of step %d is whole".formatted(step));
        assertThat(Checkpoint.read(folder.last()).state().step()).isEqualTo(step);
    }

    /** Resumes to the end, and compares with a run that nothing disturbed. */
    private void assertSameEnd(RunFolder folder) throws Exception {
        assertThat(processes.resume(folder).waitFor()).isZero();
        RunFolder straight = new RunFolder(temp.resolve("straight"));
        assertThat(start(straight).waitFor()).isZero();
        Checkpoint one = Checkpoint.read(straight.last());
        Checkpoint two = Checkpoint.read(folder.last());
        assertThat(two.state()).isEqualTo(one.state());
        assertSameBits(two.model(), one.model());
        assertSameBits(two.optimizer(), one.optimizer());
        assertThat(TrainerTest.rowsWithoutClock(folder)).isEqualTo(TrainerTest.rowsWithoutClock(straight));
    }

    private Process start(RunFolder folder) throws IOException {
        return processes.start(Files.writeString(temp.resolve("recipe.yaml"), RECIPE), folder);
    }
}
