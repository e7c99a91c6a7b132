package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs in processes of their own, on the libraries of this one; what they print goes to a file. */
record RunProcesses(Path logFile) {
    Process start(Path recipe, RunFolder folder) throws IOException {
        return java("", RunMain.class, "start", recipe.toString(), folder.path().toString());
    }

    Process resume(RunFolder folder) throws IOException {
        return java("", RunMain.class, "resume", folder.path().toString());
    }

    /** @param before shell commands in front of the program, each with its semicolon */
    Process java(String before, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", before + "exec \"$@\"", "bash"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("org.bytedeco."))
                .forEach(name -> command.add("-D%s=%s".formatted(name, System.getProperty(name))));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
                .start();
    }

    /** Until the file is there, or anew. */
    void waitFor(Path file, Process process) throws IOException, InterruptedException {
        long before = Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : 0;
        while (!Files.exists(file) || Files.getLastModifiedTime(file).toMillis() == before) {
            assertThat(process.isAlive()).as(log()).isTrue();
            Thread.sleep(20);
        }
    }

    /** Kills the process, in the background, as soon as the file is there. */
    CompletableFuture<Void> killBehind(Path file, Process process) {
        return CompletableFuture.runAsync(() -> {
            try {
                waitFor(file, process);
                process.destroyForcibly().waitFor();
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    String log() throws IOException {
        return Files.readString(logFile);
    }
}
